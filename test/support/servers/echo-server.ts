import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface EchoServer {
  readonly url: string
  /** `/good 503`, in the order of the requests. */
  readonly answers: string[]
}

/**
 * A service that quotes in its errors what it was sent: headers as text and as JSON, and the URL. `/good` fails the
 * first time, `/bad` always. Closed with the test.
 */
export async function startEchoServer(): Promise<EchoServer> {
  const answers: string[] = []
  const statusOf = (path: string): number => {
    if (path === '/bad') return 401
    return answers.includes('/good 503') ? 200 : 503
  }
  const bodyOf = ({ url, headers }: IncomingMessage): string =>
    `not with ${headers.authorization}: ${JSON.stringify({ url, headers })}`
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]!
    const status = statusOf(path)
    answers.push(`${path} ${status}`)
    response.writeHead(status).end(status === 200 ? '"made"' : bodyOf(request))
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answers }
}
