import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'
import { formatCount, printJson, printLine, table } from '../output.js'

export async function status(id: string, options: StoreOptions): Promise<void> {
  await using engine = await openForReading(options)
  const movie = await engine.status(id)
  if (options.json) {
    await printJson(movie)
    return
  }
  const { jobs, lastRun, writer } = movie
  const run = lastRun
    ? `${lastRun.runId} ${lastRun.status ?? (writer ? 'running' : 'did not end')}, started ${lastRun.startedAt}`
    : 'none'
  await printLine(
    table([
      ['movie', movie.movieId],
      ['last run', run],
      ['writer', writer ? `${writer.holder} since ${writer.since}` : 'none'],
      ['artifacts', formatCount(movie.artifacts)],
      [
        'jobs',
        `${formatCount(jobs.succeeded)} succeeded, ${formatCount(jobs.failed)} failed, ${formatCount(jobs.skipped)} skipped, ${formatCount(jobs.submitted)} pending at their provider`,
      ],
      ['cost', `$${movie.cost.toFixed(4)}`],
      ['revision', `${movie.revision} (${formatCount(movie.events)} events)`],
    ]),
  )
  if (movie.failures.length === 0) return
  await printLine(
    `\nfailures${jobs.failed > movie.failures.length ? ` (the first ${movie.failures.length} of ${formatCount(jobs.failed)})` : ''}`,
  )
  await printLine(
    table(movie.failures.map(({ jobId, error }) => [jobId, error?.code ?? '', error?.message ?? ''])),
  )
}
