import type { Register } from '../../../model/fleet/register.js'
import type { Broker, Pipe, Serving, TakeFrame, Ticket } from './broker.js'

/** What a network does to a frame on its way to one reader. */
interface Fate {
  /** How often it arrives: 0 is lost, 2 is doubled. */
  readonly copies: number
  readonly delayMs: number
}

export interface MemoryBrokerOptions {
  /** Decides about each frame and reader. @default every frame arrives once, at once */
  readonly network?: (pipe: string) => Fate
  /** Starts the delays of the network. */
  readonly startTimer?: (delayMs: number, callback: () => void) => void
  /** The time of registers. @default Date.now */
  readonly nowMs?: () => number
}

/** A broker inside one process: for tests, and for simulations of a network that loses, doubles and delays. */
export class MemoryBroker implements Broker {
  readonly #options: MemoryBrokerOptions
  readonly #pipes = new Map<string, MemoryPipe>()
  readonly #sessions = new Map<string, Set<string>>()
  readonly #registers = new Map<string, string>()
  readonly #takers = new Set<Taker>()
  #tickets: Ticket[] = []

  constructor(options: MemoryBrokerOptions = {}) {
    this.#options = options
  }

  async want(ticket: Ticket, count: number): Promise<void> {
    if (count === 0)
      this.#tickets = this.#tickets.filter(
        ({ movieId, token }) => movieId !== ticket.movieId || token > ticket.token,
      )
    for (let added = 0; added < count; added++) this.#tickets.push(ticket)
    this.#hand()
  }

  serve(sessions: number, run: (ticket: Ticket) => Promise<void>): Serving {
    const taker: Taker = { places: sessions, run, running: new Set() }
    this.#takers.add(taker)
    this.#hand()
    return {
      drain: async () => {
        this.#takers.delete(taker)
        await Promise.all(taker.running)
      },
    }
  }

  async demand(): Promise<{ waiting: number; served: number }> {
    const served = [...this.#takers].reduce((sum, { running }) => sum + running.size, 0)
    return { waiting: this.#tickets.length, served }
  }

  async sessions(movieId: string): Promise<readonly string[]> {
    return [...(this.#sessions.get(movieId) ?? [])]
  }

  async enlist(movieId: string, session: string): Promise<void> {
    this.#sessions.set(movieId, (this.#sessions.get(movieId) ?? new Set()).add(session))
  }

  async delist(movieId: string, session: string): Promise<void> {
    this.#sessions.get(movieId)?.delete(session)
  }

  pipe(name: string): Pipe {
    const pipe = this.#pipes.get(name) ?? new MemoryPipe(name, this.#options)
    this.#pipes.set(name, pipe)
    return pipe
  }

  register(name: string): Register {
    const { nowMs = Date.now } = this.#options
    return {
      read: async () => ({ text: this.#registers.get(name), nowMs: nowMs() }),
      replace: async (previous, text) => {
        if (this.#registers.get(name) !== previous) return false
        this.#registers.set(name, text)
        return true
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #hand(): void {
    for (const taker of this.#takers)
      while (taker.running.size < taker.places && this.#tickets.length > 0) {
        const running = taker.run(this.#tickets.shift()!).finally(() => {
          taker.running.delete(running)
          this.#hand()
        })
        taker.running.add(running)
      }
  }
}

interface Taker {
  readonly places: number
  readonly run: (ticket: Ticket) => Promise<void>
  readonly running: Set<Promise<void>>
}

interface Kept {
  readonly at: number
  readonly frame: string
}

class MemoryPipe implements Pipe {
  readonly #name: string
  readonly #options: MemoryBrokerOptions
  readonly #readers = new Set<(kept: Kept) => void>()
  #kept: Kept[] = []
  #lastAt = 0

  constructor(name: string, options: MemoryBrokerOptions) {
    this.#name = name
    this.#options = options
  }

  async send(frame: string): Promise<void> {
    const kept = { at: ++this.#lastAt, frame }
    this.#kept.push(kept)
    for (const reader of this.#readers) reader(kept)
  }

  async read(take: TakeFrame, signal: AbortSignal): Promise<void> {
    let taking: Promise<void> | undefined
    const reader = (kept: Kept) => {
      const { copies, delayMs } = this.#options.network?.(this.#name) ?? { copies: 1, delayMs: 0 }
      const give = (): void | Promise<void> =>
        signal.aborted ? undefined : take(String(kept.at), kept.frame)
      const deliver = () => {
        const taken = taking === undefined ? give() : taking.then(give)
        if (taken === undefined) return
        const pending = taken.finally(() => {
          if (taking === pending) taking = undefined
        })
        taking = pending
      }
      for (let copy = 0; copy < copies; copy++)
        if (delayMs > 0) this.#options.startTimer!(delayMs, deliver)
        else setImmediate(deliver)
    }
    for (const kept of this.#kept) reader(kept)
    this.#readers.add(reader)
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    this.#readers.delete(reader)
  }

  async forget(upTo: string): Promise<void> {
    this.#kept = this.#kept.filter(({ at }) => at > Number(upTo))
  }

  async remove(): Promise<void> {
    this.#kept = []
  }
}
