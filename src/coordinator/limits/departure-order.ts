/** A refusal is known after about this many times the time that others took. */
const VERDICT_FACTOR = 2
const VERDICT_MIN_MS = 50
const VERDICT_MAX_MS = 5_000
/** Share of the longest time of a refusal that is kept when a quicker one comes. */
const VERDICT_MEMORY = 0.9

/** One attempt on its way, in the order of departures. */
export interface Departure {
  readonly atMs: number
  /** Attempts taken by the service that had ended when it departed. */
  readonly endedBefore: number
  /** It goes on with work that the service has taken already, so that nothing is decided about it. */
  readonly isResumed: boolean
  /** It is one more than what the service is known to take in a window. */
  isAbove: boolean
  state: 'under way' | 'taken' | 'refused' | 'void'
  isJudged: boolean
}

/** What became of an attempt. */
export interface Outcome {
  readonly departedAtMs: number
  /** Attempts that the service had at work with it, itself counted: without those that it refused. */
  readonly level: number
  readonly isRefused: boolean
  /** When the service wants it back; undefined: it has not said. */
  readonly untilMs: number | undefined
  /** One more than what the service is known to take in a window: nothing else was to be expected. */
  readonly isAbove: boolean
}

/**
 * Brings outcomes into the order of departures. Refusals come back sooner than results: judged in the order of
 * arrival, the few refusals of a large group look like a service that refuses everything. An attempt counts as
 * taken when it has not come back in the time that a refusal takes.
 */
export class DepartureOrder {
  #queue: Departure[] = []
  #head = 0
  #taken = 0
  #ended = 0
  #refusalMs = VERDICT_MAX_MS / VERDICT_FACTOR
  readonly #untilMs = new WeakMap<Departure, number>()

  /** Time after which an attempt that has not come back counts as taken. */
  get verdictMs(): number {
    return Math.min(VERDICT_MAX_MS, Math.max(VERDICT_MIN_MS, VERDICT_FACTOR * this.#refusalMs))
  }

  depart(nowMs: number, isResumed: boolean): Departure {
    const departure: Departure = {
      atMs: nowMs,
      endedBefore: this.#ended,
      isResumed,
      isAbove: false,
      state: isResumed ? 'taken' : 'under way',
      isJudged: false,
    }
    this.#queue.push(departure)
    return departure
  }

  /** The service has done the work, or has tried, and it is over. */
  ended(departure: Departure): void {
    departure.state = 'taken'
    this.#ended++
  }

  /** It never reached the service. */
  void(departure: Departure): void {
    departure.state = 'void'
    if (departure.isJudged) this.#taken--
  }

  /** @returns its outcome, when it had been taken for accepted before */
  refused(departure: Departure, nowMs: number, untilMs: number | undefined): Outcome | undefined {
    const tookMs = nowMs - departure.atMs
    const known = this.#refusalMs < VERDICT_MAX_MS / VERDICT_FACTOR ? this.#refusalMs : 0
    this.#refusalMs = Math.max(tookMs, VERDICT_MEMORY * known)
    departure.state = 'refused'
    if (untilMs !== undefined) this.#untilMs.set(departure, untilMs)
    if (!departure.isJudged) return undefined
    const outcome = this.#outcomeOf(departure)
    this.#taken--
    return { ...outcome, level: outcome.level - 1 }
  }

  /** Attempts that will never come back. */
  lose(count: number): void {
    this.#ended += count
  }

  /** The next outcome that is known, if those that departed earlier are. */
  next(nowMs: number): Outcome | undefined {
    for (;;) {
      const departure = this.#queue[this.#head]
      if (departure === undefined) return undefined
      if (departure.state === 'under way' && nowMs - departure.atMs < this.verdictMs) return undefined
      this.#head++
      if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head)
        this.#head = 0
      }
      departure.isJudged = true
      if (departure.state === 'void') continue
      const outcome = this.#outcomeOf(departure)
      if (departure.state !== 'refused') this.#taken++
      if (!departure.isResumed) return outcome
    }
  }

  #outcomeOf(departure: Departure): Outcome {
    return {
      departedAtMs: departure.atMs,
      level: Math.max(1, this.#taken - departure.endedBefore + 1),
      isRefused: departure.state === 'refused',
      untilMs: this.#untilMs.get(departure),
      isAbove: departure.isAbove,
    }
  }
}
