import type { ArtifactRecord } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { artifactCommand, type OptionsOf } from '../../declare/store-command.js'
import { tellOfArtifact } from '../../display/artifacts/artifact-text.js'
import { wholeArtifactId } from '../../input/artifact-id.js'
import { openForReading } from '../../open-engine.js'

const declared = artifactCommand('restore')
  .description('make an earlier version of an artifact the current one, which later runs keep')
  .helpGroup(CHANGE)
  .requiredOption('--version <version>', 'its number, as "artifacts --versions" lists it, or its hash')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner artifacts my-book --versions "Picture[fox].Image"
  $ showrunner restore my-book "Picture[fox].Image" --version 1`,
  )

/** What `restore --json` prints. */
export type RestoreOutput = ArtifactRecord

export const command = declared.action(restore)

async function restore(id: string, artifact: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const version = versionOf(options.version)
  const record = await engine.movie(id).restore(wholeArtifactId(artifact), version)
  await tellOfArtifact(
    record,
    options,
    `version ${options.version} is the current one, and pinned. The next run regenerates what was made from another one.`,
  )
}

/** Numbers have few digits, hashes many. */
const versionOf = (text: string): number | string => (/^\d{1,5}$/.test(text) ? Number(text) : text)
