import type { JobError } from '../../../model/movie/event.js'
import { AlikeWords } from './alike-words.js'
import type { Blame, Call } from './call.js'
import type { CallsInFlight } from './calls-in-flight.js'
import { FailureShare, ROW_MIN } from './failure-share.js'

/** As many refusals say enough by their number, whatever words they use. */
const UNLIKE_FACTOR = 4

interface Row {
  readonly firstStartedAtMs: number
  readonly firstAtMs: number
  readonly jobs: Set<string>
  longestMs: number
  /** Of the last ones, which all say the same. */
  alike: Alike
}

interface Alike {
  readonly said: AlikeWords
  readonly error: JobError
  readonly jobs: Set<string>
}

/**
 * The same refusal by everybody: a wrong key, an unknown model, no credit. Confirmed when so many jobs in a row were
 * refused alike that chance does not explain it, and nobody was served meanwhile.
 */
export class RefusalRow {
  readonly #inFlight: CallsInFlight
  readonly #share = new FailureShare()
  #row: Row | undefined
  #confirmedAtMs = Number.NEGATIVE_INFINITY
  #servedStartMs = Number.NEGATIVE_INFINITY

  constructor(inFlight: CallsInFlight) {
    this.#inFlight = inFlight
  }

  served(call: Call): void {
    this.#share.succeeded()
    this.#servedStartMs = Math.max(this.#servedStartMs, call.startedAtMs)
    if (this.#row !== undefined && call.startedAtMs >= this.#row.firstStartedAtMs) this.#end()
  }

  refused(call: Call, error: JobError, nowMs: number): void {
    if (call.startedAtMs < this.#servedStartMs) {
      this.#share.failed(1)
      return
    }
    this.#row ??= {
      firstStartedAtMs: call.startedAtMs,
      firstAtMs: nowMs,
      jobs: new Set(),
      longestMs: 0,
      alike: alikeTo(error),
    }
    const row = this.#row
    if (!row.alike.said.include(error)) row.alike = alikeTo(error)
    row.alike.jobs.add(call.job)
    row.jobs.add(call.job)
    row.longestMs = Math.max(row.longestMs, nowMs - call.startedAtMs)
    if (row.jobs.size < ROW_MIN) return
    const promising = this.#inFlight.promising(row.firstStartedAtMs, row.longestMs, nowMs)
    const limit = this.#share.rowLimit(promising)
    if (row.alike.jobs.size >= limit || row.jobs.size >= UNLIKE_FACTOR * limit) this.#confirmedAtMs = nowMs
  }

  blame(call: Call, failedAtMs: number): Blame {
    if (this.#row !== undefined && this.#confirmedAtMs >= this.#row.firstAtMs)
      if (failedAtMs >= this.#row.firstAtMs) return 'waived'
    return this.#servedStartMs > call.startedAtMs ? 'own' : 'undecided'
  }

  /** What everybody is refused with, if that was confirmed at that moment or after it. */
  confirmedSince(atMs: number): JobError | undefined {
    return this.#row !== undefined && this.#confirmedAtMs >= atMs ? this.#row.alike.error : undefined
  }

  #end(): void {
    this.#share.failed(this.#row!.jobs.size)
    this.#row = undefined
    this.#confirmedAtMs = Number.NEGATIVE_INFINITY
  }
}

const alikeTo = (error: JobError): Alike => ({ said: new AlikeWords(error), error, jobs: new Set() })
