import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { conclusionOf } from '../../../src/probe/analyse/conclusion.js'
import { recommend } from '../../../src/probe/analyse/recommend.js'
import { nextLevel } from '../../../src/probe/measure/level-plan.js'
import {
  levelOf,
  probeService,
  type Service,
  trueBest,
  WIDE,
} from '../../support/simulation/probed-service.js'

const knee = (at: number): Service => ({ throughput: n => 10 * Math.min(n, at) })
const cap = (at: number): Service => ({
  throughput: n => 10 * Math.min(n, at),
  refusedShare: n => Math.max(0, 1 - at / n),
})
const law = (sigma: number, kappa: number): Service => ({
  throughput: n => (10 * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
})
/** A machine with one lock: n calls, each of which needs it a while (the exact formula of a closed queue). */
function lock(lockedMs: number, freeMs: number): Service {
  const throughput = (calls: number) => {
    let queue = 0
    let perMs = 0
    for (let n = 1; n <= calls; n++) {
      const waitMs = lockedMs * (1 + queue)
      perMs = n / (freeMs + waitMs)
      queue = perMs * waitMs
    }
    return perMs * 1_000
  }
  return { throughput }
}

const EVIDENCE = { ended: 'found', burst: undefined, accepted: 500, cores: 4 } as const
const SEEDS = Array.from({ length: 20 }, (_, seed) => `seed ${seed}`)

function foundBy(service: Service, seed: string, noise: number): number {
  const { levels, ended } = probeService(service, seed, noise)
  const limit = conclusionOf(levels, { ...EVIDENCE, ended })
  return recommend(levels, limit)!.concurrency
}

describe('the recommended concurrency is within 15 % in nine of ten probes', () => {
  const cases: [string, Service, number][] = [
    ...[3, 10, 23, 40, 100, 200].map((at): [string, Service, number] => [`a knee at ${at}`, knee(at), at]),
    ...[1, 5, 30, 63, 65, 120].map((at): [string, Service, number] => [`a cap of ${at}`, cap(at), at]),
    ...(
      [
        [0.02, 0.0005],
        [0.05, 0.001],
        [0, 0.0002],
        [0.03, 0.002],
      ] as const
    ).map(([sigma, kappa]): [string, Service, number] => {
      const service = law(sigma, kappa)
      return [`σ ${sigma}, κ ${kappa}`, service, trueBest(service)]
    }),
    ['a lock of 10 in 160 ms', lock(10, 150), trueBest(lock(10, 150))],
  ]
  test.each(cases)('%s', (_, service, best) => {
    // What the plan asks of levels near the knee: 2.5 % each way, with 95 % confidence.
    const found = SEEDS.map(seed => foundBy(service, seed, 0.0125))
    const tolerance = Math.max(1, 0.15 * best)
    const good = found.filter(value => Math.abs(value - best) <= tolerance)
    expect(good.length / found.length, `${best}: ${found.sort((a, b) => a - b)}`).toBeGreaterThanOrEqual(0.9)
  })
})

describe('the ramp', () => {
  const rampOf = (service: Service, bounds = WIDE) => {
    const { levels, ended } = probeService(service, 'ramp', 0, bounds)
    return { ended, concurrencies: levels.map(({ concurrency }) => concurrency) }
  }
  const endless: Service = { throughput: n => 10 * n }

  test('doubles up to the most that is allowed', () => {
    const { ended, concurrencies } = rampOf(endless, { ...WIDE, maxConcurrency: 50 })
    expect([concurrencies, ended]).toEqual([[1, 2, 4, 8, 16, 32, 50], 'max_concurrency'])
  })

  test('ends when the next level does not fit into the calls that are left', () => {
    expect(rampOf(endless, { ...WIDE, callsLeft: 100 })).toEqual({
      ended: 'calls',
      concurrencies: [1, 2, 4, 8, 16, 32],
    })
  })

  test('begins nothing without time or calls', () => {
    expect(rampOf(endless, { ...WIDE, msLeft: 0 })).toEqual({ ended: 'time', concurrencies: [] })
    expect(rampOf(endless, { ...WIDE, callsLeft: 0 })).toEqual({ ended: 'calls', concurrencies: [] })
  })

  test('is not ended by refusals that have nothing to do with the load', () => {
    const careless: Service = { ...endless, refusedShare: () => 0.2 }
    expect(rampOf(careless).ended).toBe('max_concurrency')
  })

  test('goes on one level above a limit, and no further', () => {
    expect(Math.max(...rampOf(cap(40)).concurrencies)).toBe(64)
    expect(Math.max(...rampOf(knee(40)).concurrencies)).toBe(128)
  })

  test('looks again when the interval is too wide to say that throughput stands still', () => {
    const { levels } = probeService(knee(8), 'vague', 0.25)
    expect(levels.length).toBeGreaterThan(4)
  })
})

test('a pause of the service is not taken for a limit', () => {
  let calls = 0
  const hiccup: Service = {
    // The first look at 8 falls into the pause.
    throughput: n => (n === 8 && ++calls === 1 ? 40 : 10 * Math.min(n, 40)),
  }
  const { levels } = probeService(hiccup, 'hiccup', 0)
  expect(Math.max(...levels.map(({ concurrency }) => concurrency))).toBeGreaterThan(40)
})

test('a level that was spoilt by a pause seldom moves the knee', () => {
  const service = lock(10, 150)
  const best = trueBest(service)
  const found = SEEDS.map(seed => {
    const { levels } = probeService(service, seed, 0.0125)
    const random = seededRandom(`pause ${seed}`)
    const at = Math.floor(random() * levels.length)
    levels[at] = { ...levels[at]!, throughput: levels[at]!.throughput * (0.8 + 0.1 * random()) }
    return recommend(levels, { type: 'latency' })!.concurrency
  })
  const good = found.filter(value => Math.abs(value - best) <= 0.15 * best)
  expect(good.length / found.length).toBeGreaterThanOrEqual(0.9)
})

test('a level that fits no curve is measured again', () => {
  const looks = new Map<number, number>()
  const levels = [1, 2, 4, 8, 16, 32, 64].map(n => {
    looks.set(n, 2)
    return levelOf(n, knee(40), n === 32 ? { throughput: 250 } : {})
  })
  const spoilt = [...levels, levelOf(44, knee(40))]
  expect(nextLevel(spoilt, looks, WIDE)).toMatchObject({ type: 'measure', concurrency: 32 })
})

test('answers that come late to a machine busy with refusals are not taken for more calls at once', () => {
  const service = cap(40)
  const clean = [8, 16, 32].map(n => levelOf(n, service))
  const { latencyMs, ...refusing } = levelOf(64, service)
  const late = { ...refusing, latencyMs: { ...latencyMs, mean: 1.4 * latencyMs.mean } }
  const limits = recommend([...clean, late], { type: 'rate_limit', requestsPerMinute: 24_000 })
  expect(limits?.concurrency).toBe(40)
})

describe('the conclusion', () => {
  const conclusion = (service: Service, burst?: { sent: number; accepted: number }) => {
    const { levels, ended } = probeService(service, 'conclusion', 0)
    return conclusionOf(levels, { ...EVIDENCE, ended, burst })
  }

  test('is a cap when a burst is accepted up to the same number', () => {
    expect(conclusion(cap(40), { sent: 64, accepted: 40 })).toEqual({
      type: 'concurrency_cap',
      concurrency: 40,
    })
  })

  test.each([5, 60])('is a rate when a burst of 64 is accepted up to %i of 40', accepted => {
    expect(conclusion(cap(40), { sent: 64, accepted })).toEqual({
      type: 'rate_limit',
      requestsPerMinute: 24_000,
    })
  })

  test('is latency when nothing is refused', () => {
    expect(conclusion(knee(40))).toEqual({ type: 'latency' })
  })

  test('says what ended the probe when there was no limit', () => {
    expect(conclusion({ throughput: n => n })).toEqual({ type: 'none', because: 'max_concurrency' })
  })

  test.each([
    ['a thread', { busiestThread: 0.97, host: 0.1, cpuCores: 1 }],
    ['the host', { busiestThread: 0.1, host: 0.95, cpuCores: 1 }],
    ['all cores', { busiestThread: 0.5, host: 0.5, cpuCores: 3.8 }],
  ])('is this machine when %s had no time left', (_, local) => {
    const levels = [1, 2, 4, 8].map(n => levelOf(n, knee(4), { local }))
    expect(conclusionOf(levels, EVIDENCE)).toEqual({ type: 'local' })
  })

  test('is failures when they come with the load', () => {
    const levels = [levelOf(8, knee(8)), levelOf(16, knee(8), { failedShare: 0.5 })]
    expect(conclusionOf(levels, EVIDENCE)).toEqual({ type: 'failures' })
  })
})

test('a service that takes no call any more has a quota', () => {
  const spent: Service = {
    throughput: n => (n < 32 ? 10 * n : 0),
    refusedShare: n => (n < 32 ? 0 : 1),
  }
  const { levels, ended } = probeService(spent, 'quota', 0)
  const limit = conclusionOf(levels, { ...EVIDENCE, ended })
  expect(limit).toEqual({ type: 'quota', calls: 500 })
  // How long it takes to come back is not known: what was used up is no rate.
  expect(recommend(levels, limit)).toEqual({ concurrency: 16 })
})

test('a service that breaks down under load has no quota', () => {
  const broken = [
    levelOf(8, knee(8)),
    levelOf(16, { throughput: () => 0, refusedShare: () => 1 }, { errors: { overloaded: 100 } }),
  ]
  expect(conclusionOf(broken, EVIDENCE)).toEqual({ type: 'failures' })
})

describe('a bucket that was full before the probe', () => {
  // 50 a second last; up to 16 at once it gave 160.
  const bucket: Service = {
    throughput: n => (n <= 16 ? 10 * n : 50),
    refusedShare: n => (n <= 16 ? 0 : 0.8),
  }
  const levels = [1, 2, 4, 8, 16, 32].map(n => levelOf(n, bucket))

  test('is told apart from what lasts, and from a cap whose size the burst happens to have', () => {
    const limit = conclusionOf(levels, { ...EVIDENCE, burst: { sent: 12, accepted: 5 } })
    expect(limit).toEqual({
      type: 'rate_limit',
      requestsPerMinute: 3_000,
      savedUp: { concurrency: 16, throughput: 160 },
    })
    expect(recommend(levels, limit)?.requestsPerMinute).toBeLessThanOrEqual(3_000)
  })

  test('is seen as well when it is spent only at a closer look, and ends the search', () => {
    const flat = [1, 2, 4, 8].map(n => levelOf(n, knee(2)))
    const spent = levelOf(3, { throughput: () => 5, refusedShare: () => 0.9 }, { accepted: 10 })
    const looks = new Map([...flat, spent].map(({ concurrency }) => [concurrency, 2]))
    expect(conclusionOf([...flat, spent], EVIDENCE)).toMatchObject({
      type: 'rate_limit',
      requestsPerMinute: 300,
      savedUp: { throughput: 20 },
    })
    expect(nextLevel([...flat, spent], looks, WIDE)).toEqual({ type: 'done', because: 'found' })
  })

  test('is not seen where the first levels were no faster', () => {
    const limit = conclusionOf(levels.slice(0, 3).concat(levels.slice(-1)), EVIDENCE)
    expect(limit).toEqual({ type: 'rate_limit', requestsPerMinute: 3_000 })
  })
})

test('a ramp that nothing passes any more ends, also from the first level on', () => {
  const dead: Service = { throughput: () => 0, refusedShare: () => 1 }
  const { levels } = probeService(dead, 'dead', 0)
  expect(levels.map(({ concurrency }) => concurrency)).toEqual([1, 2])
})

test('a rate is recommended a little below what was measured', () => {
  const { levels } = probeService(cap(40), 'rate', 0)
  const limits = recommend(levels, { type: 'rate_limit', requestsPerMinute: 24_000 })
  expect(limits).toEqual({ concurrency: 40, requestsPerMinute: 23_280 })
})

test('the highest level is recommended when there was no limit', () => {
  const { levels } = probeService({ throughput: n => 10 * n }, 'endless', 0)
  expect(recommend(levels, { type: 'none', because: 'max_concurrency' })).toEqual({ concurrency: 256 })
})

test('nothing is recommended when nothing was accepted', () => {
  const levels = [levelOf(1, { throughput: () => 0 })]
  expect(recommend(levels, { type: 'none', because: 'time' })).toBeUndefined()
})
