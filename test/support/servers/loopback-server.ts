import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Exchange {
  /** `POST /v1/films` */
  readonly call: string
  readonly method: string
  /** `/v1/films`, without query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes, a text, or anything else as JSON. */
  readonly body?: unknown
  /** The connection is cut before anything is sent. */
  readonly isLost?: boolean
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfterBytes?: number | 'half'
  /** Stops in the middle of the body, and calls this when the client has gone away. */
  readonly stall?: () => void
}

export const LOST: Answer = { isLost: true }

export interface Loopback {
  readonly url: string
  close(): Promise<void>
}

/**
 * An HTTP server on loopback that answers what `answer` gives; closed with the test.
 * @param onAnswered after an answer has been handed to the connection
 */
export async function startLoopback(
  answer: (exchange: Exchange) => Answer | Promise<Answer>,
  onAnswered: (exchange: Exchange) => void = () => {},
  address = '127.0.0.1',
): Promise<Loopback> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const exchange = await receive(request)
      send(response, await answer(exchange))
      onAnswered(exchange)
    } catch (error) {
      // A client that died in the middle of its request gets no answer.
      if (request.complete) send(response, { status: 500, body: { error: { message: String(error) } } })
    }
  }
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  onTestFinished(close)
  return { url: `http://${address}:${(server.address() as AddressInfo).port}`, close }
}

async function receive(request: IncomingMessage): Promise<Exchange> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname: path, searchParams: query } = new URL(request.url!, 'http://loopback')
  const { headers } = request
  const method = request.method!
  return { call: `${method} ${path}`, method, path, query, headers, body: Buffer.concat(chunks) }
}

function send(response: ServerResponse, answer: Answer): void {
  const { status = 200, headers, body = '', isLost, cutAfterBytes, stall } = answer
  if (isLost === true) {
    response.socket?.destroy()
    return
  }
  const isBytes = typeof body === 'string' || body instanceof Uint8Array
  const bytes = Buffer.from(isBytes ? (body as Buffer) : JSON.stringify(body))
  response.writeHead(status, {
    'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    'content-length': bytes.byteLength,
    ...headers,
  })
  const half = Math.floor(bytes.byteLength / 2)
  if (stall !== undefined) {
    response.on('close', stall)
    response.write(bytes.subarray(0, half))
  } else if (cutAfterBytes === undefined) response.end(bytes)
  else {
    const sent = bytes.subarray(0, cutAfterBytes === 'half' ? half : cutAfterBytes)
    response.write(sent, () => setImmediate(() => response.socket?.destroy()))
  }
}
