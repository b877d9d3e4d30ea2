import type { JobId } from '../../id.js'
import type { JsonValue } from '../../json.js'
import { NumberColumn, TextColumn } from '../column/columns.js'
import { HashColumn } from '../column/hash-column.js'
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

/** What jobs and artifacts have, by slot. */
export interface MadeColumns {
  readonly inputsHashes: HashColumn
  readonly inputDigests: TextColumn
  readonly artifactHashes: HashColumn
  readonly values: { get(slot: number): JsonValue | undefined }
  readonly blobs: { get(slot: number): BlobRef | undefined }
}

/** Where the hashes of a result are. */
export interface ResultHashes {
  readonly inputsHashes: HashColumn
  readonly at: number
  /** Of its artifacts, from the place `first`. */
  readonly hashes: HashColumn
  readonly first: number
}

/** Results that are kept at most; the oldest make room. */
const PAST_RESULT_LIMIT = 1_000_000

/** Results by number, from 0, outside of the heap. */
class ResultColumns {
  readonly jobIds = new TextColumn(0)
  readonly inputsHashes = new HashColumn(0)
  readonly inputs = new TextColumn(0)
  /** Place of the names of its artifacts in `PastResults.#parts`. */
  readonly parts = new NumberColumn(0)
  /** Number of its first artifact. */
  readonly firsts = new NumberColumn(0)
  /** By artifact. */
  readonly hashes = new HashColumn(0)
  /** By artifact, as JSON: its value, or, after a mark, its blob. */
  readonly contents = new TextColumn(0)
  artifactCount = 0

  addContent(value: JsonValue | undefined, blob: BlobRef | undefined): number {
    const text = blob === undefined ? JSON.stringify(value ?? null) : BLOB + JSON.stringify(blob)
    this.contents.set(this.artifactCount, text)
    return this.artifactCount++
  }
}

/** No JSON begins with it. */
const BLOB = '\0'

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
  readonly #parts: (readonly string[])[] = []
  readonly #partPlaces = new Map<string, number>()
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
    const parts = artifacts.map(({ part }) => part)
    const { columns, at } = this.#begin(jobId, parts)
    columns.inputsHashes.set(at, inputsHash)
    columns.inputs.set(at, inputs)
    for (const { value, blob, hash } of artifacts) {
      const number = columns.addContent(value, blob)
      columns.hashes.set(number, hash)
    }
  }

  /**
   * What a job has made last.
   * @param slots of its artifacts, in the order of `parts`
   */
  addOf(
    made: MadeColumns,
    job: number,
    jobId: JobId,
    parts: readonly string[],
    slots: readonly number[],
  ): void {
    const { columns, at } = this.#begin(jobId, parts)
    columns.inputsHashes.copyFrom(at, made.inputsHashes, job)
    columns.inputs.copyFrom(at, made.inputDigests, job)
    for (const slot of slots) {
      const number = columns.addContent(made.values.get(slot), made.blobs.get(slot))
      columns.hashes.copyFrom(number, made.artifactHashes, slot)
    }
  }

  #begin(jobId: JobId, parts: readonly string[]): { readonly columns: ResultColumns; readonly at: number } {
    if (this.#end - this.#newerStart === this.#halfCount) {
      this.#older = this.#newer
      this.#newer = new ResultColumns()
      this.#newerStart = this.#end
    }
    const columns = this.#newer
    const at = this.#end++ - this.#newerStart
    columns.jobIds.set(at, jobId)
    columns.parts.set(at, this.#placeOfParts(parts))
    columns.firsts.set(at, columns.artifactCount)
    return { columns, at }
  }

  /** Most results have artifacts of the same names. */
  #placeOfParts(parts: readonly string[]): number {
    const key = parts.length === 1 ? parts[0]! : JSON.stringify(parts)
    const known = this.#partPlaces.get(key)
    if (known !== undefined) return known
    this.#partPlaces.set(key, this.#parts.length)
    return this.#parts.push(parts) - 1
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
    const { hashes, contents, firsts } = this.#columns(number)
    const first = firsts.get(this.#place(number))
    return this.partsOf(number).map((part, at) => {
      const hash = hashes.get(first + at)!
      const text = contents.get(first + at)!
      return text.startsWith(BLOB)
        ? { part, blob: JSON.parse(text.slice(BLOB.length)) as BlobRef, hash }
        : { part, value: JSON.parse(text) as JsonValue, hash }
    })
  }

  /** What the ids of its artifacts have after the job's. */
  partsOf(number: number): readonly string[] {
    return this.#parts[this.#columns(number).parts.get(this.#place(number))]!
  }

  /** The hashes of what results were made from, and of their artifacts, without a text of each. */
  hashesOf(number: number): ResultHashes {
    const { inputsHashes, hashes, firsts } = this.#columns(number)
    const at = this.#place(number)
    return { inputsHashes, at, hashes, first: firsts.get(at) }
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
