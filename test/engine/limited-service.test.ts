import { expect, test } from 'vitest'
import type { BlueprintDefinition, ProviderLimits } from '../../dist/index.js'
import { runAll, testEngine } from '../support/engine-fixture.js'
import { providerFixture } from '../support/job-fixture.js'
import { type LimitedServer, startLimitedServer } from '../support/limited-server.js'

/** A minute of the service lasts two seconds here. */
const WINDOW_MS = 2_000
const PER_WINDOW = 300
const JOBS = 2_000

async function runAgainst(limits: ProviderLimits | undefined): Promise<LimitedServer> {
  const server = await startLimitedServer({
    perWindow: PER_WINDOW,
    windowMs: WINDOW_MS,
    concurrency: 20,
    latencyMs: 50,
  })
  const source = providerFixture('fetching')
  const module = source.type === 'module' ? source.specifier : ''
  const engine = await testEngine({
    store: 'memory:',
    threads: 2,
    concurrency: 100,
    providers: { service: { module, config: { url: server.url }, ...(limits && { limits }) } },
  })
  const blueprint: BlueprintDefinition = {
    name: 'wide',
    loops: { n: { count: JOBS } },
    producers: { Clip: { loop: 'n', provider: 'service', outputs: { Text: 'text' } } },
  }
  expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { succeeded: JOBS } })
  expect(server.acceptedAtMs).toHaveLength(JOBS)
  return server
}

/** Share of its rate that the service was used to, from a window on. */
function useOf({ acceptedAtMs }: LimitedServer, fromWindow: number): number {
  const fromMs = acceptedAtMs[0]! + fromWindow * WINDOW_MS
  const accepted = acceptedAtMs.filter(atMs => atMs >= fromMs)
  return accepted.length / (((accepted.at(-1)! - fromMs) / WINDOW_MS) * PER_WINDOW)
}

/** A busy machine delays departures, and a window is short here: `lane-learning.test.ts` has the exact claims. */
const DELAYED = 0.05

test('limits configured: a real service refuses hardly anything, and its rate is used', async () => {
  const requestsPerMinute = (PER_WINDOW * 60_000) / WINDOW_MS
  const server = await runAgainst({ requestsPerMinute, concurrency: 20 })
  expect(server.refusedAtMs.length / JOBS).toBeLessThanOrEqual(DELAYED)
  expect(useOf(server, 0)).toBeGreaterThanOrEqual(0.7)
}, 120_000)

test('no limits configured: all is done, and after the first windows hardly anything is refused', async () => {
  const server = await runAgainst(undefined)
  const fromMs = server.acceptedAtMs[0]! + 2 * WINDOW_MS
  const after = (moments: readonly number[]) => moments.filter(atMs => atMs >= fromMs).length
  const refused = after(server.refusedAtMs)
  expect(refused / (refused + after(server.acceptedAtMs))).toBeLessThanOrEqual(DELAYED)
  expect(useOf(server, 2)).toBeGreaterThanOrEqual(0.7)
}, 120_000)
