import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FailureKind } from '../../../src/testing.js'

const STATUS: Partial<Record<FailureKind, number>> = {
  rate_limited: 429,
  overloaded: 503,
  auth: 401,
}

/** A service that takes jobs, charges once for each idempotency key, and is polled. */
export interface ContractServer {
  readonly url: string
  /** Jobs that were charged for. */
  chargeCount(): number
  /** The next submission fails so, once. */
  failNext(kind: FailureKind): void
}

/** Closed with the test. `pollsNeeded` polls of a job say that it is not done yet. */
export async function startContractServer({ pollsNeeded = 1 } = {}): Promise<ContractServer> {
  const idsByKey = new Map<string, string>()
  const polls = new Map<string, number>()
  let nextFailure: FailureKind | undefined

  function submit(request: IncomingMessage, response: ServerResponse): void {
    if (nextFailure !== undefined) {
      const status = STATUS[nextFailure]
      nextFailure = undefined
      // Like some services, it quotes the key that it was given.
      if (status === undefined) request.socket.destroy()
      else response.writeHead(status).end(`refused ${request.headers.authorization}`)
      return
    }
    const key = request.headers['idempotency-key']
    const known = typeof key === 'string' ? idsByKey.get(key) : undefined
    const id = known ?? `film-${polls.size + 1}`
    if (known === undefined) polls.set(id, 0)
    if (typeof key === 'string') idsByKey.set(key, id)
    response.writeHead(200).end(JSON.stringify({ id }))
  }

  function poll(id: string, response: ServerResponse): void {
    const count = (polls.get(id) ?? 0) + 1
    polls.set(id, count)
    response.writeHead(200).end(JSON.stringify({ state: count > pollsNeeded ? 'done' : 'working' }))
  }

  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method === 'POST') submit(request, response)
      else poll(request.url!.slice(1), response)
    })
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chargeCount: () => polls.size,
    failNext: kind => {
      nextFailure = kind
    },
  }
}
