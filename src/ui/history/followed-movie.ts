import { setTimeout as delay } from 'node:timers/promises'
import type { RunInputs } from '../../engine/job-inputs/run-inputs.js'
import type { RunId } from '../../model/id.js'
import type { LoggedEvent } from '../../model/movie/event.js'
import { EVENT_TYPES } from '../../model/movie/event-subject.js'
import type { PageEventsOptions, PageMovie } from '../page-movie.js'
import type { LogPart } from './log-part.js'
import { MovieHistory } from './movie-history.js'
import { MovieMoment } from './movie-moment.js'

/** Batches of the log that are kept as they were read: those of a page are mostly the same few. */
const BATCHES_KEPT = 32
/** Moments of the past that are kept, since a slider goes back and forth. */
const MOMENTS_KEPT = 2

/** After so many batches that came right after each other, the log is left alone for a while: many appends are then read at once. */
const BATCHES_AT_ONCE = 20
const READ_PAUSE_MS = 200
/** What comes after so long a while is somebody's change, or the first of many. */
const QUIET_MS = 50
/** Between two slices of names while the log grows, so that they take a small part of the time. */
const NAMING_PAUSE_MS = 250

/** What jobs have made is read when somebody looks at it. */
const WITHOUT_ARTIFACTS = EVENT_TYPES.filter(type => type !== 'artifact')

/** A movie whose log is read once from the beginning, and followed from then on. */
export class FollowedMovie {
  readonly id: string
  readonly history: MovieHistory
  /** Resolves when what was in the log at the beginning is read; rejects when it cannot be. */
  readonly ready: Promise<void>
  readonly #movie: PageMovie
  readonly #now: MovieMoment
  readonly #ended = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #batches = new Map<number, Promise<readonly LoggedEvent[]>>()
  readonly #moments = new Map<number, MovieMoment>()
  #inputs: { readonly key: string; readonly inputs: Promise<RunInputs | undefined> } | undefined
  #following: Promise<void> | undefined
  #finishing: Promise<void> | undefined
  #error: unknown
  #isReading = true
  /** Somebody judges versions: another one of an artifact then ends what was said of the one before. */
  #hasReviews = false

  constructor(movie: PageMovie) {
    this.id = movie.id
    this.#movie = movie
    this.history = new MovieHistory((runId: RunId) => movie.runPlan(runId))
    this.#now = new MovieMoment(this.history)
    this.ready = this.#read()
    this.ready.catch(error => {
      this.#error = error
      this.#tell()
    })
  }

  /** What was in the log at the beginning is still being read. */
  get isReading(): boolean {
    return this.#isReading
  }

  /** What ended the reading. */
  get error(): unknown {
    return this.#error
  }

  /** The newest moment, or the one after so many changes. */
  moment(changes?: number): MovieMoment {
    if (changes === undefined || changes >= this.history.length) return this.#now.advance()
    const known = this.#moments.get(changes)
    if (known) return known
    const moment = new MovieMoment(this.history).advance(changes)
    this.#moments.set(changes, moment)
    if (this.#moments.size > MOMENTS_KEPT) this.#moments.delete(this.#moments.keys().next().value!)
    return moment
  }

  /** The events of a batch, read again. */
  async events(batch: number): Promise<readonly LoggedEvent[]> {
    const known = this.#batches.get(batch)
    if (known) return await known
    const reading = this.#readBatch(batch)
    this.#batches.set(batch, reading)
    if (this.#batches.size > BATCHES_KEPT) this.#batches.delete(this.#batches.keys().next().value!)
    reading.catch(() => this.#batches.delete(batch))
    return await reading
  }

  /** What the jobs of a moment's run were given: the record of the run that was looked at last is kept. */
  async runInputs({ run }: MovieMoment): Promise<RunInputs | undefined> {
    if (run === undefined) return undefined
    // Its lists may have grown since.
    const key = `${run.runId} ${this.history.listCount}`
    if (this.#inputs?.key !== key) this.#inputs = { key, inputs: this.#movie.runInputs(run.runId) }
    return await this.#inputs.inputs
  }

  /** Who writes the movie now. */
  async writer(): Promise<{ readonly holder: string; readonly since: string } | undefined> {
    return await this.#movie.writer()
  }

  get movie(): PageMovie {
    return this.#movie
  }

  /** Calls the listener whenever the log has grown. @returns what ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Ends the following, after what is in the log by now. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish()
    return this.#finishing
  }

  async #finish(): Promise<void> {
    this.#ended.abort()
    await this.#following
    for await (const batch of this.#logParts({})) await this.history.take(batch)
    await this.history.refresh()
  }

  close(): void {
    this.#ended.abort()
  }

  async #read(): Promise<void> {
    for await (const batch of this.#logParts({ signal: this.#ended.signal })) await this.history.take(batch)
    // Plans are read with all their lists, so what looked new was not.
    for (const run of this.history.runs) run.isStale = false
    this.#isReading = false
    this.#tell()
    this.#following = this.#follow()
    void this.#nameJobs()
  }

  /** Before somebody searches; others have their turn in between. */
  async #nameJobs(): Promise<void> {
    let { seq } = this.history
    while (this.history.jobs.names.grow() && !this.#ended.signal.aborted) {
      await this.#pause(this.history.seq === seq ? 0 : NAMING_PAUSE_MS)
      seq = this.history.seq
    }
  }

  /** Holds no process, and ends with the following. */
  #pause(ms: number): Promise<unknown> {
    return delay(ms, undefined, { ref: false, signal: this.#ended.signal }).catch(() => undefined)
  }

  async #follow(): Promise<void> {
    let count = 0
    let lastMs = 0
    try {
      for await (const batch of this.#logParts({ follow: true, signal: this.#ended.signal })) {
        if (performance.now() - lastMs > QUIET_MS) count = 0
        await this.history.take(batch)
        await this.history.refresh()
        this.#tell()
        if (++count === BATCHES_AT_ONCE) {
          await this.#pause(READ_PAUSE_MS)
          count = 0
        }
        lastMs = performance.now()
      }
    } catch (error) {
      if (this.#ended.signal.aborted) return
      this.#error = error
      this.#tell()
    }
  }

  /** The log from where the history ends; each batch is to be taken before the next one is asked for. */
  async *#logParts(options: PageEventsOptions): AsyncGenerator<LogPart, void, undefined> {
    for (;;) {
      const types = this.#hasReviews ? undefined : WITHOUT_ARTIFACTS
      const batches = this.#movie.eventBatches({ ...options, after: this.history.end, types })
      let isIncomplete = false
      for await (const batch of batches) {
        isIncomplete = types !== undefined && batch.events.some(isOfReview)
        if (isIncomplete) break
        yield batch
      }
      if (!isIncomplete) return
      this.#hasReviews = true
    }
  }

  async #readBatch(batch: number): Promise<readonly LoggedEvent[]> {
    const [after, to] = [this.history.positionOf(batch), this.history.positionOf(batch + 1)]
    const events: LoggedEvent[] = []
    // Of what comes before the first segment there may be more than was asked for.
    for await (const { events: read } of this.#movie.eventBatches({ after, to }))
      for (const event of read) if (event.seq <= to.seq) events.push(event)
    return events
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

const isOfReview = ({ event: { type } }: LoggedEvent): boolean =>
  type === 'review.requested' || type === 'artifact.reviewed'
