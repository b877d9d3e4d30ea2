import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { s3Endpoint } from './s3.js'

export interface HeldPut {
  readonly path: RegExp
  /** Among those with such a path; absent: the first. */
  readonly isIt?: (body: Buffer) => boolean
  /** The server carries it out, and only the answer does not come; absent: it never arrives. */
  readonly isCarriedOut?: boolean
}

/** A way to the S3 server on which one PUT ends, and that says when it has. Closed with the test. */
export async function holdPut({ path, isIt = () => true, isCarriedOut = false }: HeldPut): Promise<{
  /** The URL of a store, on this way. */
  readonly through: (store: string) => string
  readonly reached: Promise<void>
}> {
  let reach = () => {}
  const reached = new Promise<void>(resolve => {
    reach = resolve
  })
  const { hostname, port } = new URL(s3Endpoint!)
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const isPut = method === 'PUT' && path.test(url!)
    const body = isPut ? await buffer(incoming).catch(() => undefined) : undefined
    const isHeld = body !== undefined && isIt(body)
    if (isHeld && !isCarriedOut) {
      reach()
      return
    }
    const to = request({ hostname, port, method, path: url, headers }, answer => {
      if (isHeld) answer.resume().on('end', reach)
      else answer.pipe(outgoing.writeHead(answer.statusCode!, answer.headers))
    })
    to.on('error', () => outgoing.destroy())
    if (body === undefined) incoming.pipe(to)
    else to.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    through: store => store.replace(encodeURIComponent(s3Endpoint!), encodeURIComponent(endpoint)),
    reached,
  }
}
