import type { JobId } from '../id.js'
import type { JsonValue } from '../json.js'
import { TextColumn } from './columns.js'
import type { BlobRef } from './event.js'

/** One artifact of a result. */
export interface ResultArtifact {
  /** What its id has after the job's: `Image`, `Pages[intro]`. */
  readonly part: string
  readonly value?: JsonValue
  readonly blob?: BlobRef
  readonly hash: string
}

/** What one artifact of a result holds. */
export type ResultContent = Omit<ResultArtifact, 'part'>

/** A result whose job has made another one since, or whose place another job has taken. */
export interface PastResult {
  /** The job that it was made for. */
  readonly jobId: JobId
  readonly inputsHash: string
  /** As in `JobSucceeded.inputs`. */
  readonly inputs?: string
  readonly artifacts: readonly ResultArtifact[]
}

/** Results that are kept at most; the oldest make room. */
const PAST_RESULT_LIMIT = 1_000_000

/**
 * Results that were paid for and stand in no job's place any more, so that a row that comes back, or a change that is
 * undone, finds them. As JSON texts outside of the heap, in two halves: when the second one is full, the first one goes.
 */
export class PastResults {
  readonly #halfCount: number
  #older = new TextColumn(0)
  #newer = new TextColumn(0)
  #newerStart = 0
  #end = 0
  /** By job: results before this number are gone with their artifacts. */
  readonly #removedBefore = new Map<JobId, number>()

  constructor(limit: number = PAST_RESULT_LIMIT) {
    this.#halfCount = Math.ceil(limit / 2)
  }

  /** Numbers of results: from 0, those before `start` are gone. */
  get start(): number {
    return Math.max(0, this.#newerStart - this.#halfCount)
  }
  get end(): number {
    return this.#end
  }

  add(result: PastResult): void {
    if (this.#end - this.#newerStart === this.#halfCount) {
      this.#older = this.#newer
      this.#newer = new TextColumn(0)
      this.#newerStart = this.#end
    }
    this.#newer.set(this.#end - this.#newerStart, JSON.stringify(result))
    this.#end++
  }

  /** Undefined for one that is gone. */
  get(number: number): PastResult | undefined {
    if (number < this.start || number >= this.#end) return undefined
    const isNewer = number >= this.#newerStart
    const text = isNewer
      ? this.#newer.get(number - this.#newerStart)
      : this.#older.get(number - this.#newerStart + this.#halfCount)
    const result = JSON.parse(text!) as PastResult
    return (this.#removedBefore.get(result.jobId) ?? 0) > number ? undefined : result
  }

  /** The artifacts of this job are removed, with every version of them. */
  removeOf(job: JobId): void {
    if (this.#end > 0) this.#removedBefore.set(job, this.#end)
  }

  *[Symbol.iterator](): IterableIterator<PastResult> {
    for (let number = this.start; number < this.#end; number++) {
      const result = this.get(number)
      if (result !== undefined) yield result
    }
  }
}
