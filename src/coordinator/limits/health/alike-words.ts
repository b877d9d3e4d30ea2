import type { JobError } from '../../../model/movie/event.js'

const COMPARED_CHARS = 500
/** Ids of requests, times and amounts differ from answer to answer: words with digits in them. */
const VARYING = /[\w-]*\d[\w-]*/g
const WORD = /[\p{L}_]{2,}/gu
/** A service that refuses the key, or wants to be paid, never means the one request. */
const OF_ACCOUNT = /^HTTP 40[127]\b/

/**
 * What failures that follow each other all say. Services quote in an error what they were asked, so that no two of them
 * are the same: failures are alike while more than half of the words of each is in all of them.
 */
export class AlikeWords {
  readonly #code: JobError['code']
  readonly #isOfAccount: boolean
  #common: ReadonlySet<string>
  #mostWords: number

  constructor(first: JobError) {
    this.#code = first.code
    this.#isOfAccount = isOfAccount(first)
    this.#common = wordsOf(first)
    this.#mostWords = this.#common.size
  }

  /** Takes one more failure in. @returns false: it says something else, and is not taken in */
  include(error: JobError): boolean {
    if (error.code !== this.#code) return false
    if (this.#isOfAccount && isOfAccount(error)) return true
    const words = wordsOf(error)
    const common = new Set([...this.#common].filter(word => words.has(word)))
    const mostWords = Math.max(this.#mostWords, words.size)
    if (2 * common.size <= mostWords && mostWords > 0) return false
    this.#common = common
    this.#mostWords = mostWords
    return true
  }
}

const isOfAccount = ({ code, message }: JobError): boolean => code === 'auth' && OF_ACCOUNT.test(message)

function wordsOf({ message }: JobError): ReadonlySet<string> {
  const text = message.slice(0, COMPARED_CHARS).replaceAll(VARYING, ' ')
  return new Set(text.match(WORD))
}
