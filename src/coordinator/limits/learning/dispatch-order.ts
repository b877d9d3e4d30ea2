/** A refusal is known after about this many times the time that others took. */
const REFUSAL_FACTOR = 2
const REFUSAL_MIN_MS = 50
const REFUSAL_MAX_MS = 5_000
/** Share of the longest time of a refusal that is kept when a quicker one comes. */
const REFUSAL_MEMORY = 0.9

/** A call that was sent, in the order of dispatch. */
export interface SentCall {
  readonly atMs: number
  /** Calls taken by the service that had ended when it was sent. */
  readonly endedBefore: number
  /** It continues work that the service has taken already, so it says nothing. */
  readonly isResumed: boolean
  /** It is one more than the service is known to take in a window. */
  isAbove: boolean
  state: 'under way' | 'taken' | 'refused' | 'void'
  isJudged: boolean
}

/** What became of a call. */
export interface CallOutcome {
  readonly sentAtMs: number
  /** Calls that the service was working on with it, itself counted, without those that it refused. */
  readonly level: number
  readonly isRefused: boolean
  /** When the service wants it again; undefined: it has not said. */
  readonly untilMs: number | undefined
  /** It was one more than the service is known to take in a window, so that a refusal was to be expected. */
  readonly isAbove: boolean
}

/**
 * Sorts outcomes by the order of dispatch. Refusals come back sooner than results: in the order of their return, the
 * few refusals of a large group look like a service that refuses everything. A call counts as taken when it has not
 * come back in the time that a refusal takes.
 */
export class DispatchOrder {
  #queue: SentCall[] = []
  #head = 0
  #taken = 0
  #ended = 0
  #refusalMs = REFUSAL_MAX_MS / REFUSAL_FACTOR
  readonly #untilMs = new WeakMap<SentCall, number>()

  /** Time after which a call that has not come back counts as taken. */
  get takenAfterMs(): number {
    return Math.min(REFUSAL_MAX_MS, Math.max(REFUSAL_MIN_MS, REFUSAL_FACTOR * this.#refusalMs))
  }

  add(nowMs: number, isResumed: boolean): SentCall {
    const call: SentCall = {
      atMs: nowMs,
      endedBefore: this.#ended,
      isResumed,
      isAbove: false,
      state: isResumed ? 'taken' : 'under way',
      isJudged: false,
    }
    this.#queue.push(call)
    return call
  }

  /** The service has done the work, or has tried, and it is over. */
  ended(call: SentCall): void {
    call.state = 'taken'
    this.#ended++
  }

  /** It never reached the service. */
  void(call: SentCall): void {
    call.state = 'void'
    if (call.isJudged) this.#taken--
  }

  /** @returns its outcome, when it had been taken for accepted before */
  refused(call: SentCall, nowMs: number, untilMs: number | undefined): CallOutcome | undefined {
    const tookMs = nowMs - call.atMs
    const known = this.#refusalMs < REFUSAL_MAX_MS / REFUSAL_FACTOR ? this.#refusalMs : 0
    this.#refusalMs = Math.max(tookMs, REFUSAL_MEMORY * known)
    call.state = 'refused'
    if (untilMs !== undefined) this.#untilMs.set(call, untilMs)
    if (!call.isJudged) return undefined
    const outcome = this.#outcomeOf(call)
    this.#taken--
    return { ...outcome, level: outcome.level - 1 }
  }

  /** Attempts that will never come back. */
  lose(count: number): void {
    this.#ended += count
  }

  /** The next outcome that is known, if those of calls sent earlier are. */
  next(nowMs: number): CallOutcome | undefined {
    for (;;) {
      const call = this.#queue[this.#head]
      if (call === undefined) return undefined
      if (call.state === 'under way' && nowMs - call.atMs < this.takenAfterMs) return undefined
      this.#head++
      if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head)
        this.#head = 0
      }
      call.isJudged = true
      if (call.state === 'void') continue
      const outcome = this.#outcomeOf(call)
      if (call.state !== 'refused') this.#taken++
      if (!call.isResumed) return outcome
    }
  }

  #outcomeOf(call: SentCall): CallOutcome {
    return {
      sentAtMs: call.atMs,
      level: Math.max(1, this.#taken - call.endedBefore + 1),
      isRefused: call.state === 'refused',
      untilMs: this.#untilMs.get(call),
      isAbove: call.isAbove,
    }
  }
}
