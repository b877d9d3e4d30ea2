import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId, RunId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import type { LogMoment, MomentFound } from './log-moment.js'

/** Which side of a run its id stands for. */
export interface WantedMoment {
  /** Absent: `before` the last run began, or `after` all that is there. */
  readonly moment: LogMoment | undefined
  readonly side: 'before' | 'after'
}

interface RunSpan {
  readonly runId: RunId
  /** Before it began. */
  readonly before: MomentFound
  /** After it ended; of a run that was killed, before the next one began. */
  after: MomentFound | undefined
}

/**
 * Finds moments in one pass over the log, which ends where all of them are known.
 * @throws ShowrunnerError `USAGE_INVALID` for a moment that there is not
 */
export async function findMoments(
  store: Store,
  movieId: MovieId,
  wanted: readonly WantedMoment[],
  signal?: AbortSignal,
): Promise<readonly MomentFound[]> {
  const runs: RunSpan[] = []
  let now: MomentFound = { seq: 0 }
  const pending = wanted.map(each => new Search(each))
  for await (const { events } of store.log(movieId).read()) {
    signal?.throwIfAborted()
    for (const { seq, event } of events) {
      for (const search of pending) search.look(now, event.timestamp)
      const last = runs.at(-1)
      if (event.type === 'run.started') {
        if (last) last.after ??= now
        runs.push({ runId: event.runId, before: now, after: undefined })
      }
      const runId = runs.at(-1)?.runId
      now = { seq, at: event.timestamp, ...(runId && { runId }) }
      if (event.type === 'run.finished' && last) last.after ??= now
    }
    if (pending.every(search => search.isKnown(runs))) break
  }
  return pending.map(search => search.result(movieId, now, runs))
}

/** Looks for one moment while the log goes by. */
class Search {
  readonly #wanted: WantedMoment
  readonly #atMs: number | undefined
  #found: MomentFound | undefined

  constructor(wanted: WantedMoment) {
    this.#wanted = wanted
    const { moment } = wanted
    if (moment instanceof Date) this.#atMs = moment.getTime()
    else if (typeof moment === 'string' && isTime(moment)) this.#atMs = Date.parse(moment)
  }

  /** @param before the moment before an event @param timestamp of that event */
  look(before: MomentFound, timestamp: string): void {
    if (this.#found !== undefined) return
    const { moment } = this.#wanted
    if (this.#atMs === undefined ? before.seq === moment : Date.parse(timestamp) > this.#atMs)
      this.#found = before
  }

  /** Nothing that comes later changes the result. */
  isKnown(runs: readonly RunSpan[]): boolean {
    if (this.#found !== undefined) return true
    const { moment, side } = this.#wanted
    const run = typeof moment === 'string' ? runs.find(({ runId }) => runId === moment) : undefined
    return run !== undefined && (side === 'before' || run.after !== undefined)
  }

  result(movieId: MovieId, end: MomentFound, runs: readonly RunSpan[]): MomentFound {
    if (this.#found !== undefined) return this.#found
    const { moment, side } = this.#wanted
    if (moment === undefined) return side === 'after' ? end : (runs.at(-1)?.before ?? { seq: 0 })
    if (moment === end.seq || this.#atMs !== undefined) return end
    const run = runs.find(({ runId }) => runId === moment)
    if (run === undefined) throw unknownMoment(movieId, moment, end, runs)
    return side === 'before' ? run.before : (run.after ?? end)
  }
}

/** `2026-11-27`, `2026-11-27T21:04:02Z`: no run's id has such a beginning. */
const isTime = (text: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))

function unknownMoment(
  movieId: MovieId,
  moment: LogMoment,
  { seq }: MomentFound,
  runs: readonly RunSpan[],
): ShowrunnerError {
  const last = runs.at(-1)
  const ids = last === undefined ? 'It has no run.' : `Its last run is ${last.runId}.`
  return new ShowrunnerError(
    'USAGE_INVALID',
    `"${String(moment).slice(0, 80)}" is not a moment of "${movieId}", which has ${seq} events. Give the number of an event, the id of a run, or a time such as 2026-11-27T21:00Z. ${ids} "showrunner log ${movieId} --type run.started" lists all runs.`,
  )
}
