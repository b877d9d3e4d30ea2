import type { JobError } from '../../../model/movie/event.js'
import { failureKind } from './failure-kind.js'

/** Jobs that failed alike before the next ones are taken from elsewhere in the table. */
const DOUBT_COUNT = 10
const GIVE_UP_COUNT = 30

/**
 * The jobs of one producer, as long as none has succeeded: whether they all fail alike, for a mistake that is in the
 * producer and not in its rows. Rows beside each other may have the same mistake, so before anything is concluded jobs
 * from all over the table are asked.
 */
export class AlikeFailures {
  #kind: string | undefined
  #error: JobError | undefined
  #count = 0
  #isRefuted = false

  succeeded(): void {
    this.#isRefuted = true
  }

  failed(error: JobError): void {
    if (this.#isRefuted) return
    const kind = failureKind(error)
    if (kind !== this.#kind) this.#count = 0
    this.#kind = kind
    this.#error = error
    this.#count++
  }

  get isDoubtful(): boolean {
    return !this.#isRefuted && this.#count >= DOUBT_COUNT
  }

  /** What they all fail with, when that is certain. */
  get commonError(): JobError | undefined {
    return !this.#isRefuted && this.#count >= GIVE_UP_COUNT ? this.#error : undefined
  }
}
