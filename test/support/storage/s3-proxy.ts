import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { seededRandom } from '../seeded.js'
import { s3Endpoint } from './s3.js'

/** What may happen to a request on its way, each with a rate in [0, 1]. */
export interface ProxyFaults {
  /** It is carried out, and its answer is lost. */
  readonly loseAnswer?: number
  /** It never arrives. */
  readonly cut?: number
  /** Half of an answer's body comes, and then nothing. */
  readonly breakOff?: number
  /** 503 SlowDown, 500 and 409, without being carried out. */
  readonly refuse?: number
}

export interface S3Proxy {
  readonly endpoint: string
  faults: ProxyFaults
  readonly requests: string[]
  sentBytes: number
  /** Like a server that does not know `If-None-Match`: every creation seems to work. */
  dropsConditions: boolean
  /** A refusal that a server of another kind would give; undefined: the request goes on to the real one. */
  refusal: (incoming: IncomingMessage) => Refusal | undefined
}

interface Refusal {
  readonly status: number
  readonly code: string
  readonly headers?: Readonly<Record<string, string>>
}

const REFUSALS = [
  [503, 'SlowDown'],
  [500, 'InternalError'],
  [409, 'ConditionalRequestConflict'],
] as const

function breakOffAnswer(response: IncomingMessage, outgoing: ServerResponse): void {
  const half = Math.floor(Number(response.headers['content-length'] ?? 0) / 2)
  let sent = 0
  outgoing.writeHead(response.statusCode!, response.headers)
  response.on('data', (chunk: Buffer) => {
    outgoing.write(chunk.subarray(0, Math.max(0, half - sent)))
    sent += chunk.length
  })
  response.on('end', () => setTimeout(() => outgoing.destroy(), 20))
}

/** Stands between a client and the S3 server of the tests; closed with the test. */
export async function startS3Proxy(seed: number, faults: ProxyFaults = {}): Promise<S3Proxy> {
  const random = seededRandom(seed)
  const { hostname, port } = new URL(s3Endpoint!)
  const forward = (incoming: IncomingMessage, answer: (response: IncomingMessage) => void) => {
    const { method, url, headers } = incoming
    const outgoing = request({ hostname, port, method, path: url, headers }, answer)
    outgoing.on('error', () => incoming.destroy())
    incoming.pipe(outgoing)
  }
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    proxy.requests.push(`${incoming.method} ${incoming.url}`)
    incoming.on('data', (chunk: Buffer) => {
      proxy.sentBytes += chunk.length
    })
    const refusal = proxy.refusal(incoming)
    if (refusal !== undefined) {
      incoming.resume().on('end', () => {
        outgoing.writeHead(refusal.status, { 'content-type': 'application/xml', ...refusal.headers })
        outgoing.end(`<?xml version="1.0"?><Error><Code>${refusal.code}</Code></Error>`)
      })
      return
    }
    const { loseAnswer = 0, cut = 0, refuse = 0, breakOff = 0 } = proxy.faults
    const fate = random()
    if (fate < cut) {
      incoming.destroy()
    } else if (fate < cut + refuse) {
      // A conflict is told only to a conditional request.
      const among = incoming.headers['if-none-match'] === undefined ? REFUSALS.slice(0, 2) : REFUSALS
      const [status, code] = among[Math.floor(random() * among.length)]!
      incoming.resume().on('end', () => {
        outgoing.writeHead(status, { 'content-type': 'application/xml' })
        outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
      })
    } else {
      const isLost = fate < cut + refuse + loseAnswer
      const isBroken = !isLost && fate < cut + refuse + loseAnswer + breakOff
      forward(incoming, response => {
        if (isLost) response.resume().on('end', () => outgoing.destroy())
        else if (isBroken) breakOffAnswer(response, outgoing)
        else {
          const isHidden = proxy.dropsConditions && response.statusCode === 412
          if (isHidden) response.resume().on('end', () => outgoing.writeHead(200, { etag: '"x"' }).end())
          else response.pipe(outgoing.writeHead(response.statusCode!, response.headers))
        }
      })
    }
  }
  const server = createServer(handle).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    faults,
    requests: [],
    sentBytes: 0,
    dropsConditions: false,
    refusal: () => undefined,
  }
  return proxy
}
