import type { JobError } from '../../../model/movie/event.js'
import { AlikeWords } from './alike-words.js'

/** Jobs that failed alike before the next ones are taken from elsewhere in the table. */
const DOUBT_COUNT = 3
/** Jobs from elsewhere that are tried then. */
const SAMPLE_COUNT = 7

/**
 * The jobs of one producer, as long as none has succeeded: whether they all fail alike, for a mistake that is in the
 * producer and not in its rows. Rows beside each other may have the same mistake, so nothing is concluded from them:
 * after a few, samples from all over the table are tried, and nothing else until they say more. Failures come sooner
 * than results, so it is certain only when all that have started have failed.
 */
export class AlikeFailures {
  #said: AlikeWords | undefined
  #error: JobError | undefined
  #count = 0
  #failedSamples = 0
  #isRefuted = false
  readonly #samples = new Set<number>()

  succeeded(): void {
    this.#isRefuted = true
    this.#samples.clear()
  }

  failed(job: number, error: JobError): void {
    if (this.#isRefuted) return
    if (!this.#said?.include(error)) {
      this.#said = new AlikeWords(error)
      this.#count = 0
      this.#failedSamples = 0
    }
    this.#error = error
    this.#count++
    if (this.#samples.delete(job)) this.#failedSamples++
  }

  get isDoubtful(): boolean {
    return !this.#isRefuted && this.#count >= DOUBT_COUNT
  }

  /** A job from elsewhere in the table starts. */
  sampled(job: number): void {
    this.#samples.add(job)
  }

  /** @param isActive whether a job has started and not ended */
  mayStart(isActive: (job: number) => boolean): boolean {
    if (!this.isDoubtful) return true
    for (const job of this.#samples) if (!isActive(job)) this.#samples.delete(job)
    return this.#samples.size + this.#failedSamples < SAMPLE_COUNT
  }

  /** What they all fail with; certain when no job of the producer is under way. */
  get commonError(): JobError | undefined {
    return !this.#isRefuted && this.#failedSamples >= SAMPLE_COUNT ? this.#error : undefined
  }
}
