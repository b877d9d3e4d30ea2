import type { Register } from '../../../src/model/fleet/register.js'
import type { Broker, Pipe, Serving, Ticket } from '../../../src/workers/fleet/broker/broker.js'
import type { SimulatedProcess } from './simulated-process.js'

/** Changes frames on their way, to break a rule on purpose; undefined: the frame as it is. */
type Tamper = (pipe: string, frame: string) => string | undefined

export interface BrokerView {
  /** How often pipes were removed, by name: what a reader cannot reach is gone with its pipe. */
  readonly removals: Map<string, number>
  /** The engine says that it has a frame, and has lost it. */
  loses(): boolean
  /** Of what this process reads. */
  readonly tamper?: Tamper | undefined
  /** The engine has the frame. */
  onSent?(pipe: string, frame: string): void
}

/** The broker as one process sees it: what it does and hears goes through its network, and ends with it. */
export class ProcessBroker implements Broker {
  readonly #broker: Broker
  readonly #process: SimulatedProcess
  readonly #view: BrokerView
  readonly #servings: Serving[] = []

  constructor(broker: Broker, process: SimulatedProcess, view: BrokerView) {
    this.#broker = broker
    this.#process = process
    this.#view = view
  }

  want(ticket: Ticket, count: number): Promise<void> {
    return this.#call(() => this.#broker.want(ticket, count))
  }

  serve(sessions: number, run: (ticket: Ticket) => Promise<void>): Serving {
    const serving = this.#broker.serve(
      sessions,
      ticket =>
        new Promise(resolve => {
          this.#process.hear(() => void run(ticket).then(() => this.#process.reachOut(resolve)))
        }),
    )
    this.#servings.push(serving)
    return serving
  }

  /** It takes no tickets any more. */
  stopServing(): void {
    for (const serving of this.#servings) void serving.drain()
  }

  demand(): Promise<{ waiting: number; served: number }> {
    return this.#call(() => this.#broker.demand())
  }

  sessions(movieId: string): Promise<readonly string[]> {
    return this.#call(() => this.#broker.sessions(movieId))
  }

  enlist(movieId: string, session: string): Promise<void> {
    return this.#call(() => this.#broker.enlist(movieId, session))
  }

  delist(movieId: string, session: string): Promise<void> {
    return this.#call(() => this.#broker.delist(movieId, session))
  }

  pipe(name: string): Pipe {
    const pipe = this.#broker.pipe(name)
    const { removals, loses, tamper, onSent } = this.#view
    return {
      send: frame =>
        this.#call(async () => {
          if (loses()) return
          await pipe.send(frame)
          onSent?.(name, frame)
        }),
      read: (take, signal) =>
        pipe.read((at, frame) => {
          const removalCount = removals.get(name)
          this.#process.hear(() => {
            if (signal.aborted || removals.get(name) !== removalCount) return
            take(at, tamper?.(name, frame) ?? frame)
          })
        }, signal),
      forget: upTo => this.#call(() => pipe.forget(upTo)),
      remove: () =>
        this.#call(async () => {
          removals.set(name, (removals.get(name) ?? 0) + 1)
          await pipe.remove()
        }),
    }
  }

  register(name: string): Register {
    return this.#broker.register(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #call<Answer>(action: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#process.reachOut(() => {
        action().then(
          answer => this.#process.hear(() => resolve(answer)),
          error => this.#process.hear(() => reject(error)),
        )
      })
    })
  }
}
