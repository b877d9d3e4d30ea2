import type { ArtifactVersion, ExportResult, MovieArtifact } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { gatherOption } from '../../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { artifactPreview } from '../../display/artifact-text.js'
import { printVersions } from '../../display/history/versions-text.js'
import { formatCount, printJson, printLine, tell } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('artifacts')
  .description('the artifacts of a movie; --export writes them as files')
  .helpGroup(INSPECT)
  .option('--id <pattern>', 'only ids that match; * stands for anything', gatherOption)
  .option('--export <dir>', 'folder to write the artifacts to')
  .option('--versions <artifact>', 'all versions of one artifact, also those that others have replaced')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner artifacts my-book --id "Producer:Picture*.Image"
  $ showrunner artifacts my-book --export ./out            writes every artifact as a file
  $ showrunner artifacts my-book --versions "Picture[fox].Image"`,
  )

/** What `artifacts --json` prints: a line an artifact; with --versions one a version, with --export one in all. */
export type ArtifactsOutput = MovieArtifact | ArtifactVersion | ExportOfArtifacts

interface ExportOfArtifacts extends ExportResult {
  readonly movieId: string
}

export const command = declared.action(artifacts)

async function artifacts(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  if (options.versions !== undefined) {
    await printVersions(await engine.movie(id).versions(options.versions), options.versions, options)
    return
  }
  const wanted = { ids: options.id }
  if (options.export !== undefined) {
    const { exported, folder } = await engine.movie(id).export(options.export, wanted)
    if (options.json) await printJson<ArtifactsOutput>({ movieId: id, exported, folder })
    else await printLine(`${formatCount(exported)} artifacts written to ${folder}`)
    return
  }
  let count = 0
  for await (const record of engine.movie(id).artifacts(wanted)) {
    count++
    if (options.json) await printJson<ArtifactsOutput>(record)
    else await printLine(`${record.artifactId}  ${artifactPreview(record)}${marks(record)}`)
  }
  // Nothing at all looks like an empty movie, and is mostly a pattern that is misspelt.
  if (count === 0 && options.id)
    tell(`No artifact of ${id} matches ${options.id.join(', ')}. "artifacts ${id}" lists them.\n`)
}

/** `  (pinned, gone)`: whose version it is, and whether the last run had a place for it. */
function marks({ override, isGone }: MovieArtifact): string {
  const words = [...(override ? [override] : []), ...(isGone ? ['gone'] : [])]
  return words.length === 0 ? '' : `  (${words.join(', ')})`
}
