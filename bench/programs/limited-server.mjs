// node limited-server.mjs '{"slow":{"callMs":[200,800],...},...}': services with known limits, each at a path of its
// own, once for each caller: POST /slow/ours?model=big. GET tells how often it has been called. Prints its URL, and ends
// with its parent.
import { createServer } from 'node:http'
import { LimitedService } from '../scenario/refusals/limited-service.mjs'

/** @typedef {{ readonly service: LimitedService, readonly isSilent: boolean, readonly startedAtMs: number, readonly calls: [atMs: number, isTaken: boolean][] }} Side */

const rules = /** @type {Record<string, import('../scenario/refusals/limited-service.mjs').Rules>} */ (
  JSON.parse(process.argv[2] ?? '{}')
)
/** @type {Map<string, Side>} */
const sides = new Map()

/** The clock of a side begins with its first call. @param {string} path */
function sideOf(path) {
  let side = sides.get(path)
  if (side === undefined) {
    const own = rules[path.split('/')[1]]
    const service = new LimitedService(own, 1)
    side = { service, isSilent: own.isSilent ?? false, startedAtMs: performance.now(), calls: [] }
    sides.set(path, side)
  }
  return side
}

const server = createServer((request, response) => {
  request.resume()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (request.method === 'GET') {
    response.end(JSON.stringify(sides.get(pathname)?.calls ?? []))
    return
  }
  const { service, isSilent, startedAtMs, calls } = sideOf(pathname)
  const nowMs = performance.now() - startedAtMs
  const answer = service.call(nowMs, searchParams.get('model') ?? undefined)
  calls.push([Math.round(nowMs), answer.isTaken])
  if (answer.isTaken) {
    setTimeout(() => {
      service.ended()
      response.end(JSON.stringify({ text: 'made', tokens: answer.tokens }))
    }, answer.ms)
  } else {
    // Whole seconds, as RFC 9110 has it: loops that come back after milliseconds would keep the machine busy, not the service.
    const headers = isSilent ? {} : { 'retry-after': String(Math.ceil(answer.waitMs / 1_000)) }
    response.writeHead(429, headers).end('too many')
  }
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
process.stdin.on('end', () => process.exit()).resume()
