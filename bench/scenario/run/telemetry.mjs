import { createServer } from 'node:http'
import { startTelemetry } from 'showrunner'
import { measurePairs } from '../../measure/measure.mjs'
import { speedRow } from '../../report/row.mjs'
import { simulated, timeRun, withEngine } from '../../support/engine.mjs'

const LATENCY_MS = 50
const CONCURRENCY = 200

/** Spans of every job and attempt, and counts, exported to a collector that takes whatever comes. */
export async function telemetry(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 500 : 20_000
  const request = {
    blueprint: simulated({ latencyMs: LATENCY_MS }),
    inputs: { jobs },
    concurrency: CONCURRENCY,
  }
  const collector = await startCollector()
  const variable = 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const before = process.env[variable]
  process.env[variable] = collector.url
  const started = await startTelemetry()
  try {
    const pairs = await withEngine(traced =>
      withEngine(
        untraced =>
          measurePairs(isSmoke ? 1 : 5, {
            ours: pair => timeRun(traced, { ...request, movieId: `traced-${pair + 1}` }),
            theirs: pair => timeRun(untraced, { ...request, movieId: `untraced-${pair + 1}` }),
          }),
        { telemetry: false },
      ),
    )
    return [
      speedRow(
        {
          name: '50 ms provider, 200 at once, with OpenTelemetry',
          goal: 0.95,
          amount: jobs,
          against: 'the same without telemetry',
        },
        pairs,
      ),
    ]
  } finally {
    await started.shutdown()
    await collector.close()
    if (before === undefined) delete process.env[variable]
    else process.env[variable] = before
  }
}

async function startCollector() {
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const close = () => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
