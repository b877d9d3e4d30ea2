import type { MovieStatus } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { movieCommand, type StoreFlags } from '../../declare/store-command.js'
import { failureLines, rejectionsText, rowText } from '../../display/failure-text.js'
import { formatCount, printJson, printLine } from '../../display/output.js'
import { orphanedLines } from '../../display/overrides/orphaned-text.js'
import { answersText } from '../../display/progress/services-text.js'
import { rejectedText, reviewLines, waitingText } from '../../display/review/review-text.js'
import { table } from '../../display/table.js'
import { openForReading } from '../../open-engine.js'

/** What `status --json` prints. */
export type StatusOutput = MovieStatus

export const command = movieCommand('status')
  .description('how far a movie is, what failed, who is writing it')
  .helpGroup(INSPECT)
  .action(status)

async function status(id: string, options: StoreFlags): Promise<void> {
  await using engine = await openForReading(options)
  const movie = await engine.movie(id).status()
  if (options.json) {
    await printJson<StatusOutput>(movie)
    return
  }
  const { jobs, lastRun, writer } = movie
  const run = lastRun
    ? `${lastRun.runId} ${lastRun.status ?? (writer ? 'running' : 'did not end')}, started ${lastRun.startedAt}${lastRun.until ? `, only until ${lastRun.until.join(', ')}` : ''}`
    : 'none'
  await printLine(
    table(
      [
        ['movie', movie.movieId],
        ['last run', run],
        ['writer', writer ? `${writer.holder} since ${writer.since}` : 'none'],
        ['artifacts', artifactsText(movie)],
        [
          'jobs',
          `${formatCount(jobs.succeeded)} succeeded, ${formatCount(jobs.failed)} failed, ${retryingText(jobs.retrying)}${formatCount(jobs.skipped)} skipped, ${formatCount(jobs.submitted)} pending at their provider${openText(movie)}`,
        ],
        ...regenerateRow(movie),
        ...rejectionsRow(movie),
        ...reviewRow(movie),
        ...servicesRow(movie),
        ['cost', costLine(movie)],
        ['revision', `${movie.revision} (${formatCount(movie.events)} events)`],
      ],
      process.stdout.columns,
    ),
  )
  for (const line of orphanedLines(movie.orphaned)) await printLine(`\n${line}`)
  if (lastRun?.stopMessage !== undefined) await printLine(`\n${lastRun.stopMessage}`)
  const { pending, failures, failureGroups, review } = movie
  await printRows(
    'waiting for people',
    (review?.first ?? []).map(artifactId => [artifactId]),
    review?.waiting ?? 0,
  )
  for (const line of reviewLines(review, id).slice(1, 2)) await printLine(line)
  await printRows(
    'pending at their provider, by its own ids',
    pending.map(({ jobId, checkpoint, by }) => [
      jobId,
      `${by === undefined ? '' : `${by.provider} `}${JSON.stringify(checkpoint)}`,
    ]),
    jobs.submitted,
  )
  if (failureGroups.length > 0) {
    await printLine('\nfailures by message')
    for (const line of failureLines(failureGroups)) await printLine(line)
  }
  await printRows(
    'failures',
    failures.map(({ jobId, rows, error }) => [
      `${jobId}${rowText(rows)}`,
      error?.code ?? '',
      error?.message ?? '',
    ]),
    jobs.failed,
  )
}

const retryingText = (count: number): string =>
  count === 0 ? '' : `${formatCount(count)} to be tried again, `

const openText = ({ openJobs }: MovieStatus): string =>
  openJobs === 0 ? '' : `, ${formatCount(openJobs)} open`

const regenerateRow = ({ toRegenerate }: MovieStatus): string[][] =>
  toRegenerate === 0
    ? []
    : [
        [
          'to regenerate',
          `${formatCount(toRegenerate)} jobs that an earlier run did not get to; the next run does`,
        ],
      ]

const reviewRow = ({ review }: MovieStatus): string[][] => {
  if (review === undefined) return []
  const { waiting, rejected } = review
  const parts = [
    ...(waiting > 0 ? [waitingText(review)] : []),
    ...(rejected > 0 ? [rejectedText(rejected)] : []),
  ]
  return [['review', parts.join('; ')]]
}

const rejectionsRow = ({ rejections }: MovieStatus): string[][] =>
  rejections.length === 0
    ? []
    : [['checks', rejections.map(each => `${each.producer}: ${rejectionsText(each)}`).join(', ')]]

const servicesRow = ({ services }: MovieStatus): string[][] =>
  [...new Set(services.map(({ producer }) => producer))].map((producer, at) => [
    at === 0 ? 'answers' : '',
    `${producer}: ${answersText(services.filter(service => service.producer === producer))}`,
  ])

const artifactsText = ({ artifacts, goneArtifacts }: MovieStatus): string =>
  goneArtifacts === 0
    ? formatCount(artifacts)
    : `${formatCount(artifacts)}, ${formatCount(goneArtifacts)} of them from rows or outputs that are gone`

/** `$1.2500: Picture $1.2000, Title $0.0500` */
function costLine({ costUsd, costs, uncertainCostUsd }: MovieStatus): string {
  const inDollars = (dollars: number) => `$${dollars.toFixed(4)}`
  const parts = costs.map(each => `${each.producer} ${inDollars(each.costUsd)}`).join(', ')
  const known = costs.length === 0 ? inDollars(costUsd) : `${inDollars(costUsd)}: ${parts}`
  if (uncertainCostUsd === 0) return known
  return `${known}; at most ${inDollars(uncertainCostUsd)} more, where the cost is not known`
}

/** @param count of all that could be named; fewer are */
async function printRows(title: string, rows: readonly string[][], count: number): Promise<void> {
  if (rows.length === 0) return
  const shown = count > rows.length ? ` (the first ${rows.length} of ${formatCount(count)})` : ''
  await printLine(`\n${title}${shown}`)
  await printLine(table(rows, process.stdout.columns))
}
