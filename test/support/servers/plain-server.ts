import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  readonly method: string
  /** Path with query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Anything but bytes and texts becomes JSON. */
  readonly body?: unknown
  /** Ends the connection instead: before any answer, or in the middle of its body. */
  readonly cut?: 'before' | 'within'
  /** Stops in the middle of the body, and calls this when the client has gone away. */
  readonly stall?: () => void
}

export interface HttpServer {
  readonly url: string
  close(): Promise<void>
}

/** A server on loopback that answers what `answer` gives; closed with the test. */
export async function startHttpServer(
  answer: (request: Received) => Reply | Promise<Reply>,
): Promise<HttpServer> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      send(response, await answer(await receive(request)))
    } catch (error) {
      // A client that died in the middle of its request gets no answer.
      if (request.complete) send(response, { status: 500, body: { error: { message: String(error) } } })
    }
  }
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return {
    method: request.method!,
    path: request.url!,
    headers: request.headers,
    body: Buffer.concat(chunks),
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', cut, stall }: Reply): void {
  if (cut === 'before') {
    response.destroy()
    return
  }
  const isPlain = typeof body === 'string' || body instanceof Uint8Array
  const bytes = Buffer.from(isPlain ? (body as string) : JSON.stringify(body))
  const type = typeof body === 'string' ? 'text/plain' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers })
  if (stall !== undefined) response.write(bytes.subarray(0, bytes.length / 2)) && response.on('close', stall)
  else if (cut === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
}
