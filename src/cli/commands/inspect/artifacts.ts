import {
  type ArtifactVersion,
  type ExportResult,
  type MovieArtifact,
  type RejectedJob,
  ShowrunnerError,
} from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { gatherOption } from '../../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { artifactPreview } from '../../display/artifacts/artifact-text.js'
import { rejectedLines } from '../../display/artifacts/rejected-text.js'
import { printVersions } from '../../display/history/versions-text.js'
import { formatCount, printJson, printLine, tell } from '../../display/output.js'
import { answererText } from '../../display/progress/services-text.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('artifacts')
  .description('the artifacts of a movie; --export writes them as files')
  .helpGroup(INSPECT)
  .option(
    '--id <pattern>',
    'only these artifacts, or those of these jobs; * stands for anything',
    gatherOption,
  )
  .option('--rejected', 'answers that checks have rejected instead, of jobs without an accepted one')
  .option('--export <dir>', 'folder to write the artifacts to')
  .option('--versions <artifact>', 'all versions of one artifact, also those that others have replaced')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner artifacts my-book --id "Producer:Picture*.Image"
  $ showrunner artifacts my-book --export ./out            writes every artifact as a file
  $ showrunner artifacts my-book --rejected                what checks have rejected, and why
  $ showrunner artifacts my-book --versions "Picture[fox].Image"`,
  )

/**
 * What `artifacts --json` prints: a line an artifact; with --rejected one an answer, with --versions one a version, with
 * --export one in all.
 */
export type ArtifactsOutput = MovieArtifact | ArtifactVersion | RejectedJob | ExportOfArtifacts

interface ExportOfArtifacts extends ExportResult {
  readonly movieId: string
}

export const command = declared.action(artifacts)

type Options = OptionsOf<typeof declared>

async function artifacts(id: string, options: Options): Promise<void> {
  await using engine = await openForReading(options)
  const { rejected, versions } = options
  if (rejected && versions !== undefined)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      '--versions lists what was accepted: leave out --rejected. All rejected answers are in "log --type job.failed --json".',
    )
  if (versions !== undefined) {
    await printVersions(await engine.movie(id).versions(versions), versions, options)
    return
  }
  const wanted = { ids: options.id }
  if (options.export !== undefined) {
    const { exported, folder } = await engine.movie(id).export(options.export, { ...wanted, rejected })
    if (options.json) await printJson<ArtifactsOutput>({ movieId: id, exported, folder })
    else
      await printLine(
        `${formatCount(exported)} ${rejected ? 'rejected outputs' : 'artifacts'} written to ${folder}`,
      )
    return
  }
  if (rejected) {
    await listRejected(engine.movie(id).rejected(wanted), id, options)
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

/** A line an output, and below it what is wrong with the answer. */
async function listRejected(
  answers: AsyncIterable<RejectedJob>,
  id: string,
  { json }: Options,
): Promise<void> {
  let count = 0
  for await (const answer of answers) {
    count++
    if (json) await printJson<ArtifactsOutput>(answer)
    else for (const line of rejectedLines(answer)) await printLine(line)
  }
  if (count === 0) tell(`Nothing in ${id} is rejected and without an accepted answer.\n`)
}

/** `  (pinned, by spare, gone)`: whose version it is, and whether the last run had a place for it. */
function marks({ override, by, isGone }: MovieArtifact): string {
  const words = [
    ...(override ? [override] : []),
    ...(by ? [`by ${answererText(by)}`] : []),
    ...(isGone ? ['gone'] : []),
  ]
  return words.length === 0 ? '' : `  (${words.join(', ')})`
}
