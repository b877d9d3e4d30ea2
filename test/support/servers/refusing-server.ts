import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RefusingServer {
  readonly url: string
  /** Calls so far. */
  calls: number
  refused: number
}

/** Takes a call when this says so; a call that is taken is answered when it calls `done`. */
type Take = (call: number, done: () => void) => boolean

/** An HTTP server that answers 429 with `retry-after-ms` to the calls that it does not take. */
export async function startRefusingServer(retryAfterMs: number, take: Take): Promise<RefusingServer> {
  const state = { url: '', calls: 0, refused: 0 }
  const server = createServer((_, response: ServerResponse) => {
    if (take(++state.calls, () => response.end('made'))) return
    state.refused++
    response.writeHead(429, { 'retry-after-ms': String(retryAfterMs) }).end('too many')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}
