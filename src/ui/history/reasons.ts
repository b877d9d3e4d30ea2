import { kindOfMessage } from '../../engine/failures/kind-of-message.js'
import type { JobErrorCode } from '../../model/error/job-error-code.js'
import type { SkipReason } from '../../model/movie/event.js'

/** Different reasons that are told apart; the rest of a code is one. */
const REASON_LIMIT = 10_000

/** Why jobs failed or were skipped. */
export interface Reason {
  /** Of an error, or why a job was skipped: `condition`, `upstream`. */
  readonly code: JobErrorCode | SkipReason['type']
  /** Of the first job with it; in the others numbers and ids may differ. */
  readonly message: string
}

/** Numbers reasons from 1, those that differ in numbers and ids alone as one. */
export class Reasons {
  readonly #all: Reason[] = []
  readonly #numbers = new Map<string, number>()
  /** By the message itself, since most are the same to the letter. */
  readonly #exact = new Map<string, number>()

  /** @param number as {@link numberOf} gave it */
  at(number: number): Reason | undefined {
    return this.#all[number - 1]
  }

  get count(): number {
    return this.#all.length
  }

  numberOf({ code, message }: Reason): number {
    const exact = `${code} ${message}`
    const known = this.#exact.get(exact)
    if (known !== undefined) return known
    const isFull = this.#all.length >= REASON_LIMIT
    const number = isFull
      ? this.#number(code, { code, message: 'other messages' })
      : this.#number(`${code} ${kindOfMessage(message)}`, { code, message })
    if (this.#exact.size < REASON_LIMIT) this.#exact.set(exact, number)
    return number
  }

  #number(key: string, reason: Reason): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#all.push(reason)
    this.#numbers.set(key, number)
    return number
  }
}
