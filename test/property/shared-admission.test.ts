import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BlueprintDefinition } from '../../src/blueprint/blueprint-schema.js'
import { Admission } from '../../src/coordinator/limits/admission.js'
import type { LimiterSettings } from '../../src/coordinator/limits/limiter-settings.js'
import { planOf } from '../support/blueprint/blueprints.js'
import { rounds } from '../support/rounds.js'
import {
  CALL_COST,
  SharedRun,
  type SharedRunOptions,
  type SharedService,
} from '../support/simulation/shared-run.js'
import { SharedWorld } from '../support/simulation/shared-world.js'

const PROVIDERS = ['a', 'b'] as const
const MINUTE_MS = 60_000

interface Shape {
  readonly producers: readonly {
    readonly provider: string
    readonly after: boolean
    readonly priority: number
  }[]
  /** What the rows say; equal ones are made once. */
  readonly rows: readonly number[]
}

const shape: fc.Arbitrary<Shape> = fc.record({
  producers: fc.array(
    fc.record({
      provider: fc.constantFrom(...PROVIDERS),
      after: fc.boolean(),
      priority: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  rows: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 }),
})

function planIn({ producers, rows }: Shape) {
  const definition: BlueprintDefinition = {
    name: 'random',
    inputs: { rows: 'table' },
    loops: { row: { over: '${inputs.rows}' } },
    producers: Object.fromEntries(
      producers.map(({ provider, after, priority }, at) => [
        `P${at}`,
        {
          loop: 'row',
          provider,
          priority,
          with: { text: at > 0 && after ? `\${P${at - 1}[row].Text}` : '${row.text}' },
          outputs: { Text: 'text' },
          retry: { attempts: 3 },
        },
      ]),
    ),
  }
  return planOf(definition, { rows: rows.map(text => ({ text })) })
}

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const limits: fc.Arbitrary<LimiterSettings> = fc.record({
  concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  requestsPerMinute: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
  rampUpMs: fc.constantFrom(undefined, 5_000),
  isGentle: fc.boolean(),
  learning: fc.constantFrom('off' as const, 'refusals' as const, 'latency' as const),
})

const options: fc.Arbitrary<Omit<SharedRunOptions, 'name'>> = fc.record({
  schedule: fc.constantFrom('layers' as const, 'dataflow' as const),
  concurrency: fc.integer({ min: 1, max: 8 }),
  failFast: fc.constantFrom(false, false, false, true),
  upToLayer: rarely(fc.integer({ min: 1, max: 2 })),
  priority: fc.integer({ min: 1, max: 3 }),
  budget: rarely(fc.integer({ min: 0, max: 15 }).map(calls => calls * CALL_COST)),
  regenerateRate: fc.constantFrom(0, 0, 0.5),
  cancelAtMs: rarely(fc.integer({ min: 1, max: 5_000 })),
  failAtMs: rarely(fc.integer({ min: 1, max: 5_000 })),
})

const service: fc.Arbitrary<SharedService> = fc
  .record({
    seed: fc.nat(),
    latencyMs: fc.constantFrom(10, 1_000),
    retryAfterMs: fc.constantFrom(undefined, 1, 30_000),
    rates: fc.record({
      rate_limited: fc.constantFrom(0, 0.3),
      overloaded: fc.constantFrom(0, 0.2),
      timeout: fc.constantFrom(0, 0.1),
      invalid: fc.constantFrom(0, 0.1),
    }),
  })
  .map(rest => ({ ...rest, calls: new Map(), running: new Map(), peaks: new Map() }))

/** Calls of the busiest minute. */
function busiest(calls: readonly number[]): number {
  let most = 0
  for (let first = 0, last = 0; last < calls.length; last++) {
    while (calls[last]! - calls[first]! >= MINUTE_MS) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

function checkLimits({ calls, peaks }: SharedService, limiters: ReadonlyMap<string, LimiterSettings>): void {
  for (const [provider, { concurrency, requestsPerMinute }] of limiters) {
    if (concurrency !== undefined) expect(peaks.get(provider) ?? 0).toBeLessThanOrEqual(concurrency)
    if (requestsPerMinute !== undefined)
      expect(busiest(calls.get(provider) ?? [])).toBeLessThanOrEqual(requestsPerMinute)
  }
}

/** Nothing was left undone without a reason. */
function checkEnd(
  run: SharedRun,
  { budget, failFast, cancelAtMs, failAtMs }: Omit<SharedRunOptions, 'name'>,
): void {
  if (budget !== undefined) expect(run.spent).toBeLessThanOrEqual(budget + 1e-6)
  switch (run.status) {
    case 'cancelled':
      expect(cancelAtMs).toBeDefined()
      break
    case 'broken':
      expect(failAtMs).toBeDefined()
      break
    case 'stopped':
      expect(failFast || budget !== undefined).toBe(true)
      break
    default:
      expect(run.live.schedule.unsettledCount).toBe(0)
  }
}

it('runs that share limiters all end, and keep every limit and budget', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(shape, options), { minLength: 1, maxLength: 3 }),
      fc.tuple(limits, limits),
      service,
      async (drafts, [a, b], shared) => {
        const world = new SharedWorld()
        const limiters = new Map([
          ['a', a],
          ['b', b],
        ])
        const admission = new Admission(Number.MAX_SAFE_INTEGER)
        const runs = drafts.map(([draft, own], at) => {
          const parts = { world, service: fresh(shared), admission, limits: limiters }
          return new SharedRun(planIn(draft), parts, { ...own, name: `run ${at}` })
        })
        await endOf(world, runs)
        checkLimits(shared, limiters)
        for (const [at, run] of runs.entries()) checkEnd(run, drafts[at]![1])
      },
    ),
    { numRuns: rounds(120, 400) },
  )
})

/** A run of the property may be repeated with the same service, when it is made smaller. */
function fresh(shared: SharedService): SharedService {
  for (const record of [shared.calls, shared.running, shared.peaks]) record.clear()
  return shared
}

async function endOf(world: SharedWorld, runs: readonly SharedRun[]): Promise<void> {
  const ends = Promise.all(runs.map(run => run.run()))
  await world.run(() => runs.every(run => run.status !== undefined))
  await ends
}

it('two runs take turns at a limiter with one place', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => at)
  const world = new SharedWorld()
  const limiters = new Map<string, LimiterSettings>([['a', { concurrency: 1, learning: 'off' }]])
  const quiet: SharedService = {
    seed: 1,
    latencyMs: 10,
    retryAfterMs: undefined,
    rates: {},
    calls: new Map(),
    running: new Map(),
    peaks: new Map(),
  }
  const parts = { world, service: quiet, admission: new Admission(1), limits: limiters }
  const plan = planIn({ producers: [{ provider: 'a', after: false, priority: 1 }], rows })
  const options = {
    schedule: 'layers' as const,
    concurrency: 4,
    failFast: false,
    upToLayer: undefined,
    priority: 1,
    budget: undefined,
    regenerateRate: 0,
    cancelAtMs: undefined,
    failAtMs: undefined,
  }
  const [first, second] = ['first', 'second'].map(name => new SharedRun(plan, parts, { ...options, name }))
  const ends = Promise.all([first!.run(), second!.run()])
  await world.run(() => first!.status !== undefined)
  expect(second!.live.state.statuses.counts.succeeded).toBeGreaterThanOrEqual(rows.length - 2)
  await world.run(() => second!.status !== undefined)
  await ends
})
