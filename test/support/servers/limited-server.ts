import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface LimitedServerRules {
  /** Requests in a window; fixed windows, counted from the first request. */
  readonly perWindow: number
  readonly windowMs: number
  /** At the same time. */
  readonly concurrency: number
  readonly latencyMs: number
}

export interface LimitedServer {
  readonly url: string
  readonly acceptedAtMs: readonly number[]
  readonly refusedAtMs: readonly number[]
}

/** An HTTP server that answers 429 with `retry-after-ms` beyond its limits, and counts. */
export async function startLimitedServer(rules: LimitedServerRules): Promise<LimitedServer> {
  const acceptedAtMs: number[] = []
  const refusedAtMs: number[] = []
  let running = 0
  let windowAtMs = Number.NEGATIVE_INFINITY
  let inWindow = 0
  const server = createServer((_, response) => {
    const nowMs = performance.now()
    if (nowMs - windowAtMs >= rules.windowMs) {
      windowAtMs = nowMs
      inWindow = 0
    }
    const isFull = running >= rules.concurrency
    if (isFull || inWindow >= rules.perWindow) {
      refusedAtMs.push(nowMs)
      const retryAfterMs = isFull ? rules.latencyMs : windowAtMs + rules.windowMs - nowMs
      response.writeHead(429, { 'retry-after-ms': String(Math.ceil(retryAfterMs)) }).end('too many')
      return
    }
    inWindow++
    running++
    acceptedAtMs.push(nowMs)
    setTimeout(() => {
      running--
      response.end('made')
    }, rules.latencyMs)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, acceptedAtMs, refusedAtMs }
}
