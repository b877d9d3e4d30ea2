import type { LimiterSettings } from '../limiter-settings.js'
import { Pace } from '../pace.js'
import type { LimitWish } from './divide-limit.js'

/** Share of a configured rate that is used: requests travel at different speeds. */
const RATE_CAUTION = 0.985
/** Who uses less than it may leaves the rest to others, but for so much more than it has used lately. */
const RESERVE = 1.25
const LEAST_USABLE = 0.02
/** Who has too little asks for so much more. */
const GROWTH = 3
/** Wishes that count as lately. */
const LATELY = 10
const ROUNDING = 1e-9

/** What the user has said that a service takes, or the part of it that this process may use. */
export class ConfiguredLimits {
  /** Other processes use the same limits. */
  readonly isShared: boolean
  readonly #limits: LimiterSettings
  readonly #requestPace: Pace | undefined
  readonly #tokenPace: Pace | undefined
  #share: number
  /** Since the last wish: what was taken, and whether more was wanted than there was. */
  #requests = 0
  #tokens = 0
  #mostInFlight = 0
  #isShort = true
  readonly #lately: number[] = []
  #wishedAtMs = Number.NEGATIVE_INFINITY

  constructor(limits: LimiterSettings) {
    const { isShared = false, concurrency, requestsPerMinute, tokensPerMinute } = limits
    this.isShared = isShared && (concurrency ?? requestsPerMinute ?? tokensPerMinute) !== undefined
    this.#limits = limits
    this.#requestPace =
      requestsPerMinute === undefined ? undefined : new Pace(requestsPerMinute * RATE_CAUTION)
    this.#tokenPace = tokensPerMinute === undefined ? undefined : new Pace(tokensPerMinute * RATE_CAUTION)
    this.#share = this.isShared ? 0 : 1
  }

  /** Nothing may start before this process has a share. */
  get isClosed(): boolean {
    return this.#share === 0
  }

  /** Attempts in flight; infinity: any number. */
  get concurrency(): number {
    const { concurrency } = this.#limits
    if (concurrency === undefined) return Number.POSITIVE_INFINITY
    return this.#share === 1 ? concurrency : Math.floor(concurrency * this.#share + ROUNDING)
  }

  get requestsPerMinute(): number | undefined {
    const { requestsPerMinute } = this.#limits
    return requestsPerMinute === undefined ? undefined : requestsPerMinute * this.#share
  }

  /** The earliest moment for the next call. */
  get opensAtMs(): number {
    return Math.max(
      this.#requestPace?.opensAtMs ?? Number.NEGATIVE_INFINITY,
      this.#tokenPace?.opensAtMs ?? Number.NEGATIVE_INFINITY,
    )
  }

  take(requests: number, tokens: number, nowMs: number): void {
    this.#requestPace?.take(requests, nowMs)
    this.#tokenPace?.take(tokens, nowMs)
    this.#requests += requests
    this.#tokens += tokens
  }

  /** More was used than taken, or less. */
  correct(requests: number, tokens: number): void {
    if (requests !== 0) this.#requestPace?.correct(requests)
    if (tokens !== 0) this.#tokenPace?.correct(tokens)
  }

  /** An attempt that these limits would let pass waits for another limiter. */
  heldBack(nowMs: number): void {
    this.#requestPace?.heldBack(nowMs)
    this.#tokenPace?.heldBack(nowMs)
  }

  started(inFlight: number): void {
    this.#mostInFlight = Math.max(this.#mostInFlight, inFlight)
  }

  /** An attempt has to wait for these limits. */
  wasShort(): void {
    this.#isShort = true
  }

  /** @param share of the whole limits, from 0 to 1 */
  setShare(share: number, nowMs: number): void {
    this.#share = share
    if (share === 0) return
    const { requestsPerMinute, tokensPerMinute } = this.#limits
    if (requestsPerMinute !== undefined)
      this.#requestPace!.retune(requestsPerMinute * RATE_CAUTION * share, nowMs)
    if (tokensPerMinute !== undefined) this.#tokenPace!.retune(tokensPerMinute * RATE_CAUTION * share, nowMs)
  }

  /** What this process wants of the whole limits, by what it has done since it was asked last. */
  wish(weight: number, inFlight: number, nowMs: number): LimitWish {
    const { concurrency, requestsPerMinute, tokensPerMinute } = this.#limits
    const minutes = (nowMs - this.#wishedAtMs) / 60_000
    const used = Math.max(
      this.#requests / ((requestsPerMinute ?? Number.POSITIVE_INFINITY) * minutes),
      this.#tokens / ((tokensPerMinute ?? Number.POSITIVE_INFINITY) * minutes),
      this.#mostInFlight / (concurrency ?? Number.POSITIVE_INFINITY),
    )
    this.#lately.push(Number.isFinite(used) ? used : 0)
    if (this.#lately.length > LATELY) this.#lately.shift()
    const usable = Math.max(...this.#lately) * RESERVE
    const wanted = this.#isShort ? (this.isClosed ? 1 : Math.max(usable, this.#share * GROWTH)) : usable
    this.#requests = 0
    this.#tokens = 0
    this.#mostInFlight = inFlight
    this.#isShort = false
    this.#wishedAtMs = nowMs
    return {
      weight,
      usable: Math.min(1, Math.max(wanted, LEAST_USABLE)),
      inUse: concurrency === undefined ? 0 : inFlight / concurrency,
    }
  }
}
