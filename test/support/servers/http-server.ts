import { Conditions } from '../conditions.js'
import { type Answer, type Exchange, startLoopback } from './loopback-server.js'

interface Fault {
  readonly call: RegExp
  readonly answer: Answer
  /** The request is done all the same; only its answer is another one. */
  readonly isDone: boolean
  /** Whether one more call fails; counts it. */
  readonly takes: (call: string) => boolean
}

/** A loopback server that records its calls and can be told to fail. */
export class HttpServer {
  readonly url: string
  readonly exchanges: Exchange[] = []
  readonly #faults: Fault[] = []
  readonly #holds: { call: RegExp; reach: () => void; released: Promise<void> }[] = []
  readonly #conditions = new Conditions()

  private constructor(url: string) {
    this.url = url
  }

  /** Closed with the test. */
  static async start(
    answer: (exchange: Exchange, url: string) => Answer | Promise<Answer>,
  ): Promise<HttpServer> {
    const respond = async (exchange: Exchange) => {
      const { call } = exchange
      const fault = itself.#takeFault(call)
      const made = fault === undefined || fault.isDone ? await answer(exchange, itself.url) : undefined
      await itself.#passHold(call)
      return fault?.answer ?? made!
    }
    const { url } = await startLoopback(respond, exchange => {
      itself.exchanges.push(exchange)
      itself.#conditions.look()
    })
    const itself = new HttpServer(url)
    return itself
  }

  /** The next `times` calls that match are answered like this, and not done. */
  fail(call: RegExp, answer: Answer, times = 1): void {
    this.#faults.push({ call, answer, isDone: false, takes: countdown(times) })
  }

  /** Like `fail`, for each different call that matches. */
  failEach(call: RegExp, answer: Answer, times: number): void {
    const countdowns = new Map<string, () => boolean>()
    const takes = (each: string) => {
      if (!countdowns.has(each)) countdowns.set(each, countdown(times))
      return countdowns.get(each)!()
    }
    this.#faults.push({ call, answer, isDone: false, takes })
  }

  /** The next `times` calls that match, or of each `every` one, are done, but answered like this. */
  doAndFail(call: RegExp, answer: Answer, times = 1, every = 1): void {
    const takesOne = countdown(times)
    let calls = 0
    this.#faults.push({ call, answer, isDone: true, takes: () => ++calls % every === 0 && takesOne() })
  }

  /** No call fails any more. */
  heal(): void {
    this.#faults.length = 0
  }

  /** Keeps the answer to the next call that matches, which is done, until it is released. */
  hold(call: RegExp): { readonly reached: Promise<void>; release(): void } {
    let reach = () => {}
    let release = () => {}
    const reached = new Promise<void>(resolve => {
      reach = resolve
    })
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    this.#holds.push({ call, reach, released })
    return { reached, release: () => release() }
  }

  /** How many calls match. */
  count(call: RegExp): number {
    return this.exchanges.filter(exchange => call.test(exchange.call)).length
  }

  /** Resolves when `count(call)` is at least `times`. */
  async seen(call: RegExp, times = 1): Promise<void> {
    await this.#conditions.until(() => this.count(call) >= times)
  }

  /** Resolves when so many different calls match. */
  async everySeen(call: RegExp, different: number): Promise<void> {
    const found = () => this.exchanges.flatMap(exchange => (call.test(exchange.call) ? [exchange.call] : []))
    await this.#conditions.until(() => new Set(found()).size >= different)
  }

  async #passHold(call: string): Promise<void> {
    const at = this.#holds.findIndex(hold => hold.call.test(call))
    if (at === -1) return
    const [hold] = this.#holds.splice(at, 1)
    hold!.reach()
    await hold!.released
  }

  #takeFault(call: string): Fault | undefined {
    return this.#faults.find(({ call: pattern, takes }) => pattern.test(call) && takes(call))
  }
}

function countdown(times: number): () => boolean {
  let left = times
  return () => left-- > 0
}
