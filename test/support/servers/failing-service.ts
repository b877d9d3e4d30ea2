import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { Conditions } from '../conditions.js'

interface Failure {
  readonly status: number
  readonly body?: string
}

export interface ServiceCall {
  /** From 1. */
  readonly nth: number
  /** What the caller sent as its authorization. */
  readonly key: string | undefined
  readonly body: string
}

/** What to do with a call; `undefined`: answer it. */
export type Treatment = Failure | undefined

/**
 * A service on loopback whose port can be closed and opened again. What it has made can be counted, since a real one
 * would have charged for it.
 */
export class FailingService {
  readonly #treat: (call: ServiceCall) => Treatment
  #server: Server | undefined
  #port = 0
  calls = 0
  /** Bodies of the calls that it has answered. */
  readonly made: string[] = []
  readonly #conditions = new Conditions()

  private constructor(treat: (call: ServiceCall) => Treatment) {
    this.#treat = treat
  }

  /** Closed with the test. */
  static async start(treat: (call: ServiceCall) => Treatment): Promise<FailingService> {
    const service = new FailingService(treat)
    await service.open()
    onTestFinished(() => service.shut())
    return service
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`
  }

  async open(): Promise<void> {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const call = { nth: ++this.calls, key: request.headers.authorization, body }
      const failure = this.#treat(call)
      if (failure === undefined) this.made.push(body)
      response.writeHead(failure?.status ?? 200).end(failure === undefined ? `made ${body}` : failure.body)
      this.#conditions.look()
    })
    this.#server = server
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
  }

  /** Closes the port, and what is connected to it. */
  async shut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }

  /** Resolves when this holds after a call. */
  async until(holds: () => boolean): Promise<void> {
    await this.#conditions.until(holds)
  }
}
