/** A refusal is known after about this many times the time that others took. */
const REFUSAL_FACTOR = 2
const REFUSAL_MIN_MS = 50
const REFUSAL_MAX_MS = 5_000
/** Share of the longest time of a refusal that is kept when a quicker one comes. */
const REFUSAL_MEMORY = 0.9

/** A call above the number of calls at once that is known to be taken: the first one at its level, or not. */
export type Extra = 'first' | 'repeated'

/** A call that was sent, in the order of dispatch. */
export interface SentCall {
  readonly atMs: number
  /** Calls taken by the service that had ended when it was sent. */
  readonly endedBefore: number
  /** It continues work that the service has taken already, so it says nothing. */
  readonly isResumed: boolean
  /** Part of the service that may have a limit of its own; undefined: none. */
  readonly inner: string | undefined
  /** It is one more than the service is known to take in its time. */
  isAbove: boolean
  /** It is one more than the service is known to take at once; undefined: it is not. */
  extra: Extra | undefined
  state: 'under way' | 'taken' | 'refused' | 'void'
  isJudged: boolean
  /** Looked at from a refusal that was sent before it. */
  isSeen: boolean
}

/** What is known of a refusal besides its call. */
interface Refusal {
  readonly atMs: number
  /** Calls taken by the service that had ended when it came back. */
  readonly endedBefore: number
  readonly untilMs: number | undefined
}

/** What became of a call. */
export interface CallOutcome {
  readonly sentAtMs: number
  /** Calls that the service was working on with it, itself counted, without those that it refused. */
  readonly level: number
  readonly isRefused: boolean
  /** When the service wants it again; undefined: it has not said. */
  readonly untilMs: number | undefined
  /** It was one more than the service is known to take in its time, so that a refusal was to be expected. */
  readonly isAbove: boolean
  /** The same, at once. */
  readonly extra: Extra | undefined
  readonly inner: string | undefined
}

/**
 * Sorts outcomes by the order of dispatch. Refusals come back sooner than results: in the order of their return, the
 * few refusals of a large group look like a service that refuses everything. A call counts as taken when it has not
 * come back in the time that a refusal takes. Calls overtake each other on their way: those that were sent before a
 * refusal came back may have reached the service before the call that was refused.
 */
export class DispatchOrder {
  #queue: SentCall[] = []
  #head = 0
  #taken = 0
  #ended = 0
  /** Calls up to this one have been looked at from refusals before them. */
  #seen = 0
  #seenTaken = 0
  #refusalMs = REFUSAL_MAX_MS / REFUSAL_FACTOR
  readonly #refusals = new WeakMap<SentCall, Refusal>()
  #openRefusals = 0

  /** Refusals that are not judged yet. */
  get openRefusals(): number {
    return this.#openRefusals
  }

  /** Time after which a call that has not come back counts as taken. */
  get takenAfterMs(): number {
    return Math.min(REFUSAL_MAX_MS, Math.max(REFUSAL_MIN_MS, REFUSAL_FACTOR * this.#refusalMs))
  }

  add(nowMs: number, isResumed: boolean, inner?: string): SentCall {
    const call: SentCall = {
      atMs: nowMs,
      endedBefore: this.#ended,
      isResumed,
      inner,
      isAbove: false,
      extra: undefined,
      state: isResumed ? 'taken' : 'under way',
      isJudged: false,
      isSeen: false,
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
    this.#untake(call)
  }

  /** @returns its outcome, when it had been taken for accepted before */
  refused(call: SentCall, nowMs: number, untilMs: number | undefined): CallOutcome | undefined {
    const tookMs = nowMs - call.atMs
    const known = this.#refusalMs < REFUSAL_MAX_MS / REFUSAL_FACTOR ? this.#refusalMs : 0
    this.#refusalMs = Math.max(tookMs, REFUSAL_MEMORY * known)
    call.state = 'refused'
    this.#refusals.set(call, { atMs: nowMs, endedBefore: this.#ended, untilMs })
    const isLate = call.isJudged
    this.#untake(call)
    if (!isLate) this.#openRefusals++
    return isLate ? this.#outcomeOf(call) : undefined
  }

  /** Attempts that will never come back. */
  lose(count: number): void {
    this.#ended += count
  }

  /** The next outcome that is known, if those of calls sent earlier are. */
  next(nowMs: number): CallOutcome | undefined {
    for (;;) {
      const call = this.#queue[this.#head]
      if (call === undefined || !this.#isKnown(call, nowMs)) return undefined
      if (call.state === 'refused' && !this.#lookAhead(this.#refusals.get(call)!.atMs, nowMs))
        return undefined
      this.#head++
      this.#seen = Math.max(this.#seen, this.#head)
      this.#see(call)
      this.#forget()
      call.isJudged = true
      if (call.state === 'void') continue
      if (call.state === 'refused') this.#openRefusals--
      const outcome = this.#outcomeOf(call)
      if (call.state !== 'refused') this.#taken++
      if (!call.isResumed) return outcome
    }
  }

  #isKnown(call: SentCall, nowMs: number): boolean {
    return call.state !== 'under way' || nowMs - call.atMs >= this.takenAfterMs
  }

  /** @returns true when it is known what became of all calls sent until then */
  #lookAhead(untilMs: number, nowMs: number): boolean {
    for (;;) {
      const call = this.#queue[this.#seen]
      if (call === undefined || call.atMs > untilMs) return true
      if (!this.#isKnown(call, nowMs)) return false
      this.#seen++
      this.#see(call)
    }
  }

  #see(call: SentCall): void {
    if (call.isSeen) return
    call.isSeen = true
    if (isTaken(call)) this.#seenTaken++
  }

  /** What was taken for accepted is not. */
  #untake(call: SentCall): void {
    if (call.isJudged) this.#taken--
    if (call.isSeen) this.#seenTaken--
  }

  #forget(): void {
    if (this.#head <= 1_024 || this.#head * 2 <= this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#seen -= this.#head
    this.#head = 0
  }

  #outcomeOf(call: SentCall): CallOutcome {
    const refusal = this.#refusals.get(call)
    const before = this.#taken - call.endedBefore
    const after = refusal === undefined ? 0 : this.#seenTaken - refusal.endedBefore
    return {
      sentAtMs: call.atMs,
      level: Math.max(1, before + 1, after + 1),
      isRefused: refusal !== undefined,
      untilMs: refusal?.untilMs,
      isAbove: call.isAbove,
      extra: call.extra,
      inner: call.inner,
    }
  }
}

const isTaken = ({ state }: SentCall): boolean => state === 'under way' || state === 'taken'
