// npm run build && node bench/probe-truth.mjs [--runs 10] [--only cap] [--second]
// What `showrunner probe` finds, against servers whose limit is known.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openEngine } from 'showrunner'

/** @typedef {import('showrunner').ProbeReport} ProbeReport */
/** @typedef {{ name: string, rules: object, best: number, limit: string, requestsPerMinute?: number }} Case */

/** The fewest calls at once with 95 % of the highest throughput of the law. */
function bestOfLaw(/** @type {number} */ sigma, /** @type {number} */ kappa) {
  const curve = Array.from({ length: 512 }, (_, at) => (at + 1) / (1 + sigma * at + kappa * at * (at + 1)))
  return curve.findIndex(value => value >= 0.95 * Math.max(...curve)) + 1
}

const NOISE = 0.2
/** @type {Case[]} */
const CASES = [
  {
    name: 'rate limit: 150/s, 200 ms',
    rules: { kind: 'rate', perSecond: 150, burst: 75, latencyMs: 200, noise: NOISE },
    // 30 are at work on average, and two deviations of a Poisson number are room for those that take longer.
    best: 41,
    limit: 'rate_limit',
    requestsPerMinute: 9_000,
  },
  {
    name: 'concurrency cap: 40, 150 ms',
    rules: { kind: 'cap', atOnce: 40, latencyMs: 150, noise: NOISE },
    best: 40,
    limit: 'concurrency_cap',
  },
  {
    name: 'latency knee: 24, 120 ms',
    rules: { kind: 'knee', atOnce: 24, latencyMs: 120, noise: NOISE },
    best: 24,
    limit: 'latency',
  },
  {
    name: 'one mutex: 10 ms of 160 ms',
    rules: { kind: 'mutex', lockedMs: 10, latencyMs: 150, noise: NOISE },
    // 16 without noise; with it, 16 have 93 % of the highest throughput and 17 have 97 %.
    best: 17,
    limit: 'latency',
  },
  {
    name: 'contention: σ 0.02, κ 0.0008',
    rules: { kind: 'contention', sigma: 0.02, kappa: 0.0008, latencyMs: 100, noise: NOISE },
    best: bestOfLaw(0.02, 0.0008),
    limit: 'latency',
  },
]

/** Servers that the probe was not tuned on. @type {Case[]} */
const SECOND = [
  {
    name: 'rate limit: 60/s, 350 ms',
    rules: { kind: 'rate', perSecond: 60, burst: 15, latencyMs: 350, noise: NOISE },
    best: 31,
    limit: 'rate_limit',
    requestsPerMinute: 3_600,
  },
  {
    name: 'concurrency cap: 11, 250 ms',
    rules: { kind: 'cap', atOnce: 11, latencyMs: 250, noise: NOISE },
    best: 11,
    limit: 'concurrency_cap',
  },
  {
    name: 'latency knee: 70, 200 ms',
    rules: { kind: 'knee', atOnce: 70, latencyMs: 200, noise: NOISE },
    best: 70,
    limit: 'latency',
  },
  {
    name: 'one mutex: 6 ms of 246 ms',
    rules: { kind: 'mutex', lockedMs: 6, latencyMs: 240, noise: NOISE },
    best: 41,
    limit: 'latency',
  },
  {
    name: 'contention: σ 0.05, κ 0.0003',
    rules: { kind: 'contention', sigma: 0.05, kappa: 0.0003, latencyMs: 150, noise: NOISE },
    best: bestOfLaw(0.05, 0.0003),
    limit: 'latency',
  },
]

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    only: { type: 'string' },
    verbose: { type: 'boolean' },
    second: { type: 'boolean' },
  },
})

/** @param {object} rules */
async function startServer(rules) {
  const path = fileURLToPath(new URL('programs/known-server.mjs', import.meta.url))
  const child = spawn(process.execPath, [path, JSON.stringify(rules)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { url: String(line).trim(), close: () => child.stdin.end() }
}

/** @param {Case} known @returns {Promise<ProbeReport>} */
async function probe({ rules }) {
  const server = await startServer(rules)
  const engine = await openEngine({ store: 'memory:' })
  try {
    return await engine.probe({
      blueprint: {
        name: 'known',
        loops: { call: { count: 2_000 } },
        producers: {
          Call: { loop: 'call', provider: 'http', config: { url: server.url }, outputs: { Text: 'text' } },
        },
      },
    })
  } finally {
    await engine.close()
    server.close()
  }
}

console.log('| server | true best | found | within 15 % | limit | rate, a minute | longest |')
console.log('|---|---|---|---|---|---|---|')
for (const known of values.second ? SECOND : CASES) {
  if (values.only !== undefined && !known.name.includes(values.only)) continue
  /** @type {ProbeReport[]} */
  const reports = []
  for (let run = 0; run < Number(values.runs); run++) {
    const report = await probe(known)
    reports.push(report)
    if (values.verbose) {
      const levels = report.levels.map(
        level =>
          `${level.concurrency}: ${level.throughput.toFixed(1)}±${level.throughputError.toFixed(1)} r${level.refusedShare.toFixed(2)} f${level.inFlight.toFixed(1)} p50 ${level.latencyMs.p50} n${level.calls} L${level.local.busiestThread}`,
      )
      console.log(
        levels.join('\n'),
        report.burst,
        report.recommended,
        report.limit,
        report.usl,
        report.calls,
        report.durationMs,
      )
    }
  }
  const found = reports.map(({ recommended }) => recommended?.concurrency ?? 0)
  const good = found.filter(value => Math.abs(value / known.best - 1) <= 0.15).length
  const named = reports.filter(({ limit }) => limit.type === known.limit).length
  const rates = reports.map(({ recommended }) => recommended?.requestsPerMinute ?? 0)
  const goodRates = rates.filter(rate => Math.abs(rate / (known.requestsPerMinute ?? 1) - 1) <= 0.15).length
  const seconds = Math.max(...reports.map(({ durationMs }) => durationMs)) / 1_000
  const rate =
    known.requestsPerMinute === undefined
      ? ''
      : `${Math.min(...rates)}–${Math.max(...rates)} of ${known.requestsPerMinute} (${goodRates} of ${rates.length})`
  console.log(
    `| ${known.name} | ${known.best} | ${found.sort((a, b) => a - b).join(' ')} | ${good} of ${found.length} | ${known.limit}, ${named} of ${found.length} | ${rate} | ${seconds.toFixed(0)} s |`,
  )
}
