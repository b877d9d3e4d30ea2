import { describe, expect, test } from 'vitest'
import { OUTAGE_UNREACHED_MS, OUTAGE_WAIT_MS } from '../../../../src/coordinator/limits/health/give-up.js'
import type { JobErrorCode } from '../../../../src/model/error/job-error-code.js'
import type { JobOutcome } from '../../../../src/model/job.js'
import { seededRandom } from '../../../../src/model/seeded-random.js'
import {
  MADE,
  type VirtualAnswer,
  type VirtualCall,
  virtualMovie,
} from '../../../support/simulation/virtual-movie.js'

const MADE_IN_200: VirtualAnswer = { afterMs: 200, outcome: MADE }

function failing(
  code: JobErrorCode,
  traits: { isUnserved?: true; isOfSetup?: true; retryAfterMs?: number } = {},
): JobOutcome {
  return { state: 'failed', error: { code, message: `a ${code}`, ...traits } }
}

const REFUSED: VirtualAnswer = { afterMs: 1, outcome: failing('network', { isUnserved: true }) }
const RESET: VirtualAnswer = { afterMs: 30, outcome: failing('network') }
const OVERLOADED: VirtualAnswer = { afterMs: 40, outcome: failing('overloaded', { isUnserved: true }) }
const BROKEN: VirtualAnswer = { afterMs: 40, outcome: failing('overloaded') }
const HANGING: VirtualAnswer = { afterMs: 4_000, outcome: failing('timeout') }

const KINDS: readonly (readonly [string, VirtualAnswer])[] = [
  ['its port is closed', REFUSED],
  ['connections break off', RESET],
  ['it answers 529', OVERLOADED],
  ['it answers 500', BROKEN],
  ['it hangs', HANGING],
]

/** Down from one moment to another. */
const down =
  (answer: VirtualAnswer, fromMs: number, toMs = Number.POSITIVE_INFINITY) =>
  ({ atMs }: VirtualCall): VirtualAnswer =>
    atMs >= fromMs && atMs < toMs ? answer : MADE_IN_200

describe.each(KINDS)('a service is away for 20 s: %s', (_, answer) => {
  test.each([1, 5, 20, 100])(
    'at concurrency %i no job fails, and the run goes on when it is back',
    concurrency => {
      const jobs = 30 * concurrency
      const movie = virtualMovie({ jobs, concurrency }, down(answer, 2_000, 22_000))
      const lost = movie.failed.length
      // Alone, a job whose connection broke off may itself be the reason; before five such nothing is known.
      expect(lost).toBeLessThanOrEqual(
        concurrency === 1 && answer !== REFUSED && answer !== OVERLOADED ? 2 : 0,
      )
      expect(movie.live.state.statuses.counts.succeeded).toBe(jobs - lost)
      // A quarter of what it lasted, at most, is waited after its end; besides the work and a call that hangs.
      expect(movie.endedAtMs).toBeLessThan(20_000 + 6_000 + 30 * 200 + 3 * answer.afterMs + 5_000)
      expect(movie.live.state.halt).toBeUndefined()
    },
  )

  test('with one attempt a job, none is used up', () => {
    const movie = virtualMovie({ jobs: 600, concurrency: 20, attempts: 1 }, down(answer, 2_000, 22_000))
    expect(movie.failed).toEqual([])
    expect(movie.outageCount).toBe(1)
  })

  test('one call at a time tries', () => {
    const movie = virtualMovie({ jobs: 600, concurrency: 20 }, down(answer, 2_000, 22_000))
    const tries = movie.calls.filter(({ atMs }) => atMs > 2_300 + answer.afterMs && atMs < 22_000)
    expect(tries.length).toBeLessThan(25)
  })
})

test.each([20, 100])(
  'after an outage in which it named delays, all %i calls are back with the first answer',
  concurrency => {
    const answer: VirtualAnswer = { afterMs: 4_000, outcome: failing('overloaded', { retryAfterMs: 2_000 }) }
    const load = { jobs: 20 * concurrency, concurrency, learning: 'refusals' } as const
    const { calls, failed } = virtualMovie(load, down(answer, 2_000, 22_000))
    expect(failed).toEqual([])
    const firstAtMs = calls.find(({ atMs }) => atMs >= 22_000)!.atMs
    const answeredAtMs = firstAtMs + MADE_IN_200.afterMs
    const next = calls.filter(({ atMs }) => atMs >= answeredAtMs && atMs < answeredAtMs + MADE_IN_200.afterMs)
    expect(next.length).toBeGreaterThanOrEqual(concurrency)
  },
)

describe.each(KINDS)('a service that does not come back: %s', (_, answer) => {
  test('stops the run after half an hour, and the jobs stay open', () => {
    const movie = virtualMovie({ jobs: 2_000, concurrency: 20 }, down(answer, 2_000))
    const { live, failed, calls, endedAtMs } = movie
    expect(live.state.halt).toBe('stopped')
    expect(live.state.stopReason).toBe('outage')
    expect(live.state.stopMessage).toMatch(/has not answered for 30 min.*--outage-wait/)
    expect(failed).toEqual([])
    expect(live.schedule.unsettledCount).toBe(2_000 - live.state.statuses.counts.succeeded)
    expect(endedAtMs).toBeGreaterThan(OUTAGE_WAIT_MS - 12_000)
    expect(endedAtMs).toBeLessThan(OUTAGE_WAIT_MS + 20_000)
    expect(calls.length).toBeLessThan(600)
  })

  test('stops it sooner when it has never answered, or when the user says so', () => {
    const never = virtualMovie({ jobs: 2_000, concurrency: 20 }, () => answer)
    expect(never.live.state.stopReason).toBe('outage')
    expect(never.endedAtMs).toBeLessThan(OUTAGE_UNREACHED_MS + 10_000)
    const asked = virtualMovie({ jobs: 2_000, concurrency: 20, outageWaitMs: 5_000 }, down(answer, 2_000))
    expect(asked.live.state.stopReason).toBe('outage')
    expect(asked.endedAtMs).toBeLessThan(2_000 + 5_000 + 3 * answer.afterMs)
    expect(asked.failed).toEqual([])
  })
})

describe('what is no outage', () => {
  test.each([RESET, BROKEN, HANGING, REFUSED])(
    'a job that always fails ends by its own attempts: %j',
    answer => {
      const poison = ({ job }: VirtualCall) => (job === 30 ? answer : MADE_IN_200)
      const { failed, callsOf, outageCount, live } = virtualMovie({ jobs: 2_000, concurrency: 20 }, poison)
      expect(failed.map(({ jobId }) => jobId)).toEqual(['Producer:P[30]'])
      // A call that nobody took costs nothing, so one more may be made before it counts.
      expect(callsOf.get(30)).toBeLessThanOrEqual(answer === REFUSED ? 4 : 3)
      expect(outageCount).toBe(0)
      expect(live.state.statuses.counts.succeeded).toBe(1_999)
    },
  )

  test.each([RESET, BROKEN])(
    'nor does it get more of them when it is the last one, or the only one: %j',
    answer => {
      const last = virtualMovie({ jobs: 50, concurrency: 5 }, ({ job }) =>
        job === 49 ? answer : MADE_IN_200,
      )
      expect([last.failed.length, last.callsOf.get(49), last.live.state.halt]).toEqual([1, 3, undefined])
      const only = virtualMovie({ jobs: 1, concurrency: 5 }, () => answer)
      expect([only.failed.length, only.callsOf.get(0), only.live.state.halt]).toEqual([1, 3, undefined])
      const once = virtualMovie({ jobs: 1, concurrency: 5, attempts: 1 }, () => answer)
      expect([once.failed.length, once.callsOf.get(0)]).toEqual([1, 1])
    },
  )

  test('a whole wave of such jobs, in all places, keeps nobody else from being made', () => {
    const poison = ({ job }: VirtualCall) => (job < 20 ? RESET : MADE_IN_200)
    const { failed, live, endedAtMs } = virtualMovie({ jobs: 1_000, concurrency: 20 }, poison)
    expect(failed.length).toBe(20)
    expect(live.state.statuses.counts.succeeded).toBe(980)
    expect(endedAtMs).toBeLessThan(60_000)
  })

  test.each([0.01, 0.05])('chance: %d of the calls fail, and nothing is done about it', share => {
    const random = seededRandom(`noise ${share}`)
    const noise = () => (random() < share ? BROKEN : MADE_IN_200)
    const { outageCount } = virtualMovie({ jobs: 30_000, concurrency: 50 }, noise)
    expect(outageCount).toBe(0)
  })

  test.each([40, 200])('nor in 100,000 calls of which a fifth fails, after %i ms', afterMs => {
    const broken = { ...BROKEN, afterMs }
    let calls = 0
    for (let seed = 0; seed < 8; seed++) {
      const random = seededRandom(`a fifth ${seed}`)
      const noise = () => (random() < 0.2 ? broken : MADE_IN_200)
      const movie = virtualMovie({ jobs: 10_500, concurrency: 50 }, noise)
      expect(movie.outageCount).toBe(0)
      calls += movie.calls.length
    }
    expect(calls).toBeGreaterThan(100_000)
  })

  test('half of the calls fail: attempts count', () => {
    const random = seededRandom('half')
    const half = () => (random() < 0.5 ? BROKEN : MADE_IN_200)
    const { failed, outageCount, live } = virtualMovie({ jobs: 5_000, concurrency: 20 }, half)
    expect(outageCount).toBeLessThanOrEqual(1)
    // An eighth fails three times.
    expect(failed.length / 5_000).toBeGreaterThan(0.1)
    expect(failed.length / 5_000).toBeLessThan(0.15)
    expect(live.state.halt).toBeUndefined()
  })
})

describe('a run of a single job', () => {
  test('waits for a service that takes no calls', () => {
    const movie = virtualMovie({ jobs: 1, concurrency: 5 }, down(REFUSED, 0, 20_000))
    expect(movie.live.state.statuses.counts.succeeded).toBe(1)
    expect(movie.endedAtMs).toBeLessThan(26_000)
  })

  test('is stopped, with the job open, when there is none', () => {
    const movie = virtualMovie({ jobs: 1, concurrency: 5 }, () => REFUSED)
    expect([movie.live.state.stopReason, movie.failed.length]).toEqual(['outage', 0])
    expect(movie.endedAtMs).toBeLessThan(OUTAGE_UNREACHED_MS + 5_000)
  })
})

test('a job that alone meets a closed port, where others were served, fails after a minute and stops nobody', () => {
  const poison = ({ job }: VirtualCall) => (job === 49 ? REFUSED : MADE_IN_200)
  const movie = virtualMovie({ jobs: 50, concurrency: 1 }, poison)
  expect(movie.failed.map(({ jobId }) => jobId)).toEqual(['Producer:P[49]'])
  expect([movie.live.state.halt, movie.live.state.statuses.counts.succeeded]).toEqual([undefined, 49])
  expect(movie.endedAtMs).toBeLessThan(50 * 200 + OUTAGE_UNREACHED_MS + 15_000)
})

test('tries come when the service wants them', () => {
  const busy: VirtualAnswer = {
    afterMs: 40,
    outcome: failing('overloaded', { isUnserved: true, retryAfterMs: 30_000 }),
  }
  const movie = virtualMovie({ jobs: 200, concurrency: 20 }, down(busy, 1_000, 50_000))
  expect(movie.failed).toEqual([])
  const late = movie.calls.filter(({ atMs }) => atMs > 1_500 && atMs < 50_000)
  expect(late.length).toBeLessThanOrEqual(3)
})

describe('an address that nobody can be reached at: a refused certificate, an unknown host', () => {
  const outcome = failing('network', { isUnserved: true, isOfSetup: true })
  const WRONG: VirtualAnswer = { afterMs: 3, outcome }

  test.each([1, 20, 100])('at concurrency %i the run stops at once, and no job has failed', concurrency => {
    const { live, failed, calls } = virtualMovie({ jobs: 1_000, concurrency }, () => WRONG)
    expect(live.state.stopReason).toBe('refused')
    expect(failed).toEqual([])
    expect(calls.length).toBeLessThan(concurrency + 10)
  })

  test('where it has answered before, that is an outage', () => {
    const movie = virtualMovie({ jobs: 600, concurrency: 20 }, down(WRONG, 2_000, 22_000))
    expect(movie.failed).toEqual([])
    expect(movie.live.state.statuses.counts.succeeded).toBe(600)
  })

  test('one connection in ten, by chance, costs no job and stops nothing', () => {
    const random = seededRandom('one of ten servers')
    const movie = virtualMovie({ jobs: 600, concurrency: 20 }, () => (random() < 0.1 ? WRONG : MADE_IN_200))
    expect(movie.failed.length).toBeLessThanOrEqual(2)
    expect(movie.live.state.halt).toBeUndefined()
  })
})
