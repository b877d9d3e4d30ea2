import type { JobOutcome } from '../../../model/job.js'
import type { Tenant } from '../tenants.js'
import type { MemoryGate } from './memory-gate.js'

/** Jobs that hold less are not counted: what they need is in the engine's own overhead. */
const COUNTED_BYTES = 64 * 1024
/** Weight of the newest job in what the jobs of a family are expected to make. */
const RECENT = 0.2

interface MemoryTerms {
  /** Bytes that a job is assumed to make until a job of its family has shown how many they are. @default 0 */
  readonly assumedBytes?: number
}

/** The memory that the jobs of one run hold in the engine's {@link MemoryGate}. */
export class RunMemory {
  readonly #terms: readonly MemoryTerms[]
  readonly #gate: MemoryGate
  readonly #tenant: Tenant
  /** What a job makes, by family, in bytes; NaN until one has shown it. */
  readonly #madeBytes: Float64Array
  /** Bytes counted for what is in flight. */
  #heldBytes = 0

  constructor(terms: readonly MemoryTerms[], gate: MemoryGate, tenant: Tenant) {
    this.#terms = terms
    this.#gate = gate
    this.#tenant = tenant
    this.#madeBytes = new Float64Array(terms.length).fill(Number.NaN)
  }

  /** Bytes to hold for a job; undefined: they do not fit now. */
  quote(family: number, loadedBytes: number): number | undefined {
    const madeBytes = this.#madeBytes[family]!
    const expectedBytes =
      loadedBytes + (Number.isNaN(madeBytes) ? (this.#terms[family]!.assumedBytes ?? 0) : madeBytes)
    if (expectedBytes < COUNTED_BYTES) return 0
    return this.#gate.fits(this.#tenant, expectedBytes) ? expectedBytes : undefined
  }

  take(sizeBytes: number): void {
    if (sizeBytes === 0) return
    this.#heldBytes += sizeBytes
    this.#gate.take(sizeBytes)
  }

  giveBack(sizeBytes: number): void {
    if (sizeBytes === 0) return
    this.#heldBytes -= sizeBytes
    this.#gate.giveBack(sizeBytes)
  }

  /** A job has shown how many bytes its family makes. */
  note(family: number, outcome: JobOutcome): void {
    if (outcome.state === 'failed') return
    let bytes = 0
    for (const { blob } of outcome.artifacts) if (blob !== undefined) bytes += blob.sizeBytes
    const before = this.#madeBytes[family]!
    if (Number.isNaN(before)) this.#madeBytes[family] = bytes
    else if (bytes !== before) this.#madeBytes[family] = before + RECENT * (bytes - before)
  }

  /** The run is over: what it holds is free. Idempotent. */
  close(): void {
    this.#gate.leave(this.#tenant)
    this.giveBack(this.#heldBytes)
  }
}
