// node known-server.mjs '{"kind":"rate","perSecond":200,...}': a loopback server whose limit is known.
// Prints its URL, and ends with its parent.
import { createServer } from 'node:http'

/**
 * @typedef {object} Rules
 * @property {'rate' | 'cap' | 'knee' | 'mutex' | 'contention'} kind
 * @property {number} latencyMs
 * @property {number} noise share by which each latency is off, up or down
 * @property {number} [perSecond] rate: calls accepted a second
 * @property {number} [burst] rate: calls that can be saved up
 * @property {number} [atOnce] cap: calls that are accepted at the same time; knee: those that do not slow each other
 * @property {number} [lockedMs] mutex: time of a call that only one call can be in
 * @property {number} [sigma] contention: of the Universal Scalability Law
 * @property {number} [kappa]
 */

const rules = /** @type {Rules} */ (JSON.parse(process.argv[2] ?? '{}'))
const noisy = (/** @type {number} */ ms) => ms * (1 + rules.noise * (2 * Math.random() - 1))
const pause = (/** @type {number} */ ms) => new Promise(resolve => setTimeout(resolve, ms))

let running = 0

/** A bucket that fills evenly. */
let tokens = rules.burst ?? 0
let filledAtMs = performance.now()
function hasToken() {
  const nowMs = performance.now()
  tokens = Math.min(rules.burst ?? 1, tokens + ((nowMs - filledAtMs) / 1_000) * (rules.perSecond ?? 0))
  filledAtMs = nowMs
  if (tokens < 1) return false
  tokens--
  return true
}

/** Time of one resource that all calls share, in order. */
let lockedUntilMs = 0
function lockWaitMs() {
  const nowMs = performance.now()
  lockedUntilMs = Math.max(nowMs, lockedUntilMs) + noisy(rules.lockedMs ?? 0)
  return lockedUntilMs - nowMs
}

/** Work that is shared by all calls beyond so many: each advances at the same speed, in small steps. */
const STEP_MS = 2
/** @type {Set<{ leftMs: number, done: () => void }>} */
const working = new Set()
function speed() {
  const n = Math.max(1, working.size)
  if (rules.kind === 'knee') return Math.min(1, (rules.atOnce ?? 1) / n)
  return 1 / (1 + (rules.sigma ?? 0) * (n - 1) + (rules.kappa ?? 0) * n * (n - 1))
}
let steppedAtMs = performance.now()
if (rules.kind === 'knee' || rules.kind === 'contention') {
  setInterval(() => {
    const nowMs = performance.now()
    const doneMs = (nowMs - steppedAtMs) * speed()
    steppedAtMs = nowMs
    for (const work of working) {
      work.leftMs -= doneMs
      if (work.leftMs <= 0) {
        working.delete(work)
        work.done()
      }
    }
  }, STEP_MS)
}
const shared = (/** @type {number} */ ms) =>
  new Promise(resolve => {
    working.add({ leftMs: ms, done: () => resolve(undefined) })
  })

async function serve() {
  switch (rules.kind) {
    case 'rate':
      if (!hasToken()) return false
      await pause(noisy(rules.latencyMs))
      return true
    case 'cap':
      if (running >= (rules.atOnce ?? 1)) return false
      running++
      await pause(noisy(rules.latencyMs))
      running--
      return true
    case 'mutex':
      await pause(lockWaitMs())
      await pause(noisy(rules.latencyMs))
      return true
    case 'knee':
    case 'contention':
      await shared(noisy(rules.latencyMs))
      return true
  }
}

const server = createServer(async (request, response) => {
  request.resume()
  if (await serve()) response.end('made')
  else response.writeHead(429, { 'retry-after-ms': '100' }).end('too many')
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/`)
})
process.stdin.resume().on('end', () => process.exit())
