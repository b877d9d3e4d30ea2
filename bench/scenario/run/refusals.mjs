import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { timeRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'

const CONCURRENCY = 50
const PROVIDER = fileURLToPath(new URL('../../work/fetching-provider.mjs', import.meta.url))
const GOAL = 1.1

/** A service that refuses some calls by chance: what do they cost, against a loop that waits as long as it is told? */
export async function refusals(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 100 : 1_500
  const rows = []
  for (const share of isSmoke ? [0.05] : [0.01, 0.05]) {
    const server = await startStrayServer(share, isSmoke ? 20 : 1_000, isSmoke ? 20 : 500)
    for (const limits of isSmoke ? [undefined] : [undefined, { concurrency: CONCURRENCY }]) {
      const provider = { module: PROVIDER, config: { url: server.url }, ...(limits && { limits }) }
      const pairs = await withEngine(
        engine =>
          measurePairs(isSmoke ? 1 : 3, {
            ours: pair => {
              server.restart(pair)
              return timeRun(engine, {
                movieId: `pair-${pair + 1}`,
                blueprint: {
                  ...oneLayer,
                  producers: { Work: { ...oneLayer.producers.Work, provider: 'service' } },
                },
                inputs: { jobs },
                concurrency: CONCURRENCY,
              })
            },
            theirs: pair => {
              server.restart(pair)
              return timed(() => plainLoop(server.url, jobs))
            },
          }),
        { providers: { service: provider } },
      )
      const name = `${share * 100} % stray refusals${limits ? ', configured concurrency' : ''}`
      rows.push(timeRow({ name, goal: GOAL, against: 'p-limit and fetch, obeying Retry-After' }, pairs))
    }
    server.close()
  }
  return rows
}

/** @param {string} url @param {number} jobs */
async function plainLoop(url, jobs) {
  const limit = pLimit(CONCURRENCY)
  await Promise.all(Array.from({ length: jobs }, () => limit(() => call(url))))
}

/** @param {string} url */
async function call(url) {
  for (;;) {
    const response = await fetch(url, { method: 'POST' })
    await response.text()
    if (response.ok) return
    await sleep(Number(response.headers.get('retry-after-ms')))
  }
}

/**
 * Refuses the same calls in every run of a pair, by their number.
 *
 * @param {number} share @param {number} retryAfterMs @param {number} meanMs
 */
async function startStrayServer(share, retryAfterMs, meanMs) {
  let calls = 0
  let salt = 0
  const server = createServer((request, response) => {
    request.resume()
    const fate = fraction(++calls * 12.9898 + salt)
    if (fate < share) response.writeHead(429, { 'retry-after-ms': String(retryAfterMs) }).end('too many')
    else setTimeout(() => response.end('made'), meanMs * (0.4 + 1.2 * fraction(calls * 78.233 + salt)))
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}`,
    restart: (/** @type {number} */ pair) => {
      calls = 0
      salt = pair
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** In [0, 1), as good as by chance. @param {number} seed */
function fraction(seed) {
  const value = Math.sin(seed) * 43758.5453
  return value - Math.floor(value)
}
