// node slow-server.mjs: a service that answers half a page of text after 50 ms; prints its URL.
import { createServer } from 'node:http'
import { WAIT_MS } from '../work/work.mjs'

const answer = JSON.stringify({ text: 'A fox. '.repeat(80), usage: { inputTokens: 8, outputTokens: 160 } })
const server = createServer((request, response) => {
  request.resume()
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(answer)
  }, WAIT_MS)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  process.stdout.write(`http://127.0.0.1:${port}/\n`)
})
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume()
