import type { JobId } from '../../id.js'
import type { JsonValue } from '../../json.js'
import { HashColumn, TextColumn } from '../column/columns.js'
import type { BlobRef } from '../event.js'

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

/** Results by number, from 0, outside of the heap. */
class ResultColumns {
  readonly jobIds = new TextColumn(0)
  readonly inputsHashes = new HashColumn(0)
  readonly inputs = new TextColumn(0)
  /** As JSON. */
  readonly artifacts = new TextColumn(0)
}

/**
 * Results that were paid for and stand in no job's place any more, so that a row that comes back, or a change that is
 * undone, finds them. In two halves: when the second one is full, the first one goes.
 */
export class PastResults {
  readonly #halfCount: number
  #older = new ResultColumns()
  #newer = new ResultColumns()
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

  add({ jobId, inputsHash, inputs, artifacts }: PastResult): void {
    if (this.#end - this.#newerStart === this.#halfCount) {
      this.#older = this.#newer
      this.#newer = new ResultColumns()
      this.#newerStart = this.#end
    }
    const at = this.#end - this.#newerStart
    this.#newer.jobIds.set(at, jobId)
    this.#newer.inputsHashes.set(at, inputsHash)
    this.#newer.inputs.set(at, inputs)
    this.#newer.artifacts.set(at, JSON.stringify(artifacts))
    this.#end++
  }

  /** Whether a result is still there. */
  has(number: number): boolean {
    if (number < this.start || number >= this.#end) return false
    return this.#removedBefore.size === 0 || (this.#removedBefore.get(this.jobIdOf(number)) ?? 0) <= number
  }

  /** The job that a result was made for. */
  jobIdOf(number: number): JobId {
    return this.#columns(number).jobIds.get(this.#place(number)) as JobId
  }

  /** What a result was made from. */
  inputsHashOf(number: number): string {
    return this.#columns(number).inputsHashes.get(this.#place(number))!
  }

  /** The digests of what a result was made from, as far as they are known. */
  inputsOf(number: number): string | undefined {
    return this.#columns(number).inputs.get(this.#place(number))
  }

  artifactsOf(number: number): readonly ResultArtifact[] {
    return JSON.parse(this.#columns(number).artifacts.get(this.#place(number))!) as ResultArtifact[]
  }

  /** Undefined for one that is gone. */
  get(number: number): PastResult | undefined {
    if (!this.has(number)) return undefined
    const inputs = this.inputsOf(number)
    return {
      jobId: this.jobIdOf(number),
      inputsHash: this.inputsHashOf(number),
      ...(inputs !== undefined && { inputs }),
      artifacts: this.artifactsOf(number),
    }
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

  #columns(number: number): ResultColumns {
    return number >= this.#newerStart ? this.#newer : this.#older
  }

  #place(number: number): number {
    return number - this.#newerStart + (number >= this.#newerStart ? 0 : this.#halfCount)
  }
}
