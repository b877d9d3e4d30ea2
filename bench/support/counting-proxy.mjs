import * as http from 'node:http'

/**
 * Stands before an HTTP server and counts requests and the bytes of their bodies, both ways.
 *
 * @param {string} target `http://host:port`
 */
export async function startCountingProxy(target) {
  const { hostname, port } = new URL(target)
  const counts = { requests: 0, puts: 0, bytes: 0 }
  const agent = new http.Agent({ keepAlive: true })
  const count = (/** @type {Buffer} */ chunk) => {
    counts.bytes += chunk.length
  }
  const server = http.createServer((request, response) => {
    const { method, url, rawHeaders } = request
    counts.requests++
    if (method === 'PUT') counts.puts++
    // The signature covers the Host header, so headers go on as they came.
    const onward = http.request({ hostname, port, method, path: url, headers: rawHeaders, agent }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.on('data', count).pipe(response)
    })
    onward.on('error', error => response.destroy(error))
    request.on('data', count).pipe(onward)
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port: own } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${own}`,
    /** Since the last call of it. */
    take() {
      const taken = { ...counts }
      counts.requests = 0
      counts.puts = 0
      counts.bytes = 0
      return taken
    },
    close() {
      agent.destroy()
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    },
  }
}
