import type { Link, OpenLink } from '../session/link.js'

/** Both ends of a link inside one thread. */
export interface InProcessLink<ToWorker, ToHost> {
  readonly host: OpenLink<ToWorker, ToHost>
  readonly worker: OpenLink<ToHost, ToWorker>
}

/**
 * What goes to the worker is copied, since providers may change what they get. What comes back is handed over as it is:
 * a worker never touches again what it has posted.
 */
export function inProcessLink<ToWorker, ToHost>(): InProcessLink<ToWorker, ToHost> {
  const host = new LinkEnd<ToWorker, ToHost>(message => structuredClone(message))
  const worker = new LinkEnd<ToHost, ToWorker>(message => message)
  host.peer = worker
  worker.peer = host
  return { host: receive => host.open(receive), worker: receive => worker.open(receive) }
}

class LinkEnd<Out, In> implements Link<Out> {
  peer: LinkEnd<In, Out> | undefined
  readonly #copy: (message: Out) => Out
  #receive: ((message: In) => void) | undefined
  #arrived: In[] = []
  #isClosed = false

  constructor(copy: (message: Out) => Out) {
    this.#copy = copy
  }

  open(receive: (message: In) => void): this {
    this.#receive = receive
    queueMicrotask(() => this.drain())
    return this
  }

  post(message: Out): void {
    if (!this.#isClosed) this.peer?.receive(this.#copy(message))
  }

  receive(message: In): void {
    if (this.#isClosed) return
    if (this.#arrived.push(message) === 1) queueMicrotask(() => this.drain())
  }

  drain(): undefined {
    if (this.#receive === undefined) return
    const arrived = this.#arrived
    this.#arrived = []
    for (const message of arrived) if (!this.#isClosed) this.#receive(message)
  }

  close(): void {
    this.#isClosed = true
    this.#arrived = []
  }
}
