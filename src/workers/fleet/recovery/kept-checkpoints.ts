import type { JobCheckpoint } from '../../../model/job.js'

interface Kept {
  readonly checkpoint: JobCheckpoint
  /** The session that has told of it. */
  readonly by: unknown
}

/**
 * Checkpoints of attempts that nobody waits for, the latest of each work. One is recorded when an attempt begins that
 * goes on from it, and not before: somebody else may be at the work without knowing of it, and may submit at any moment,
 * while what is in the log must never be submitted again.
 */
export class KeptCheckpoints {
  readonly #kept = new Map<string, Kept>()
  /** Attempts of this run at open work whose checkpoints are recorded. */
  readonly #recorded = new Map<string, number>()

  get size(): number {
    return this.#kept.size
  }

  /** Work is known here. */
  get hasAny(): boolean {
    return this.#kept.size + this.#recorded.size > 0
  }

  /**
   * What a later attempt has made counts more.
   * @param attempt that it is of, as this run counts; 0: of a run before this one
   */
  keep(key: string, checkpoint: JobCheckpoint, by: unknown, attempt: number): void {
    if ((this.#recorded.get(key) ?? 0) > attempt) return
    if ((this.#kept.get(key)?.checkpoint.attempt ?? 0) <= checkpoint.attempt)
      this.#kept.set(key, { checkpoint, by })
  }

  get(key: string): Kept | undefined {
    return this.#kept.get(key)
  }

  /** All that are kept, by their work. */
  *[Symbol.iterator](): Iterator<readonly [key: string, checkpoint: JobCheckpoint]> {
    for (const [key, { checkpoint }] of this.#kept) yield [key, checkpoint]
  }

  take(key: string): JobCheckpoint | undefined {
    const found = this.#kept.get(key)
    this.#kept.delete(key)
    return found?.checkpoint
  }

  /** An attempt of this run has one of its own. */
  recorded(key: string, attempt: number): void {
    this.#kept.delete(key)
    this.#recorded.set(key, attempt)
  }

  /** The work is done. */
  done(key: string): void {
    this.#kept.delete(key)
    this.#recorded.delete(key)
  }
}
