import { describe, expect, test } from 'vitest'
import { OUTAGE_WAIT_MS } from '../../../../src/coordinator/limits/health/give-up.js'
import { REFUSAL_LIMIT } from '../../../../src/coordinator/settlement/retry-delay.js'
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

function refusing(code: JobErrorCode, message: string, traits = {}): VirtualAnswer {
  const outcome: JobOutcome = { state: 'failed', error: { code, message, ...traits } }
  return { afterMs: 50, outcome }
}

const WRONG_KEY = refusing('auth', 'HTTP 401: the service refused the API key.')
const NO_MODEL = refusing('invalid', 'HTTP 404: model_not_found', { isOfSetup: true })

describe.each([
  ['a wrong key', WRONG_KEY],
  ['an unknown model', NO_MODEL],
])('%s', (_, answer) => {
  test('stops the run after a handful of calls, with one message, and all jobs open', () => {
    const { live, calls, failed } = virtualMovie({ jobs: 2_000, concurrency: 8 }, () => answer)
    expect([live.state.halt, live.state.stopReason]).toEqual(['stopped', 'refused'])
    expect(live.state.stopMessage!.split('\n')).toHaveLength(1)
    expect(calls.length).toBeLessThanOrEqual(8)
    expect(failed).toEqual([])
    expect(live.schedule.unsettledCount).toBe(2_000)
  })

  test('also one job after the other', () => {
    const { live, calls, failed } = virtualMovie({ jobs: 2_000, concurrency: 1 }, () => answer)
    expect([live.state.stopReason, calls.length, failed.length]).toEqual(['refused', 5, 0])
  })

  test('also in the middle of a run', () => {
    const revoked = ({ atMs }: VirtualCall) => (atMs < 60_000 ? MADE_IN_200 : answer)
    const { live, calls, failed } = virtualMovie({ jobs: 20_000, concurrency: 20 }, revoked)
    expect([live.state.stopReason, failed.length]).toEqual(['refused', 0])
    expect(calls.filter(({ atMs }) => atMs >= 60_000).length).toBeLessThanOrEqual(40)
    expect(live.schedule.unsettledCount).toBe(20_000 - live.state.statuses.counts.succeeded)
  })

  test('fails the jobs of a run that has fewer of them', () => {
    const { live, calls, failed } = virtualMovie({ jobs: 3, concurrency: 8 }, () => answer)
    expect([live.state.halt, calls.length, failed.length]).toEqual([undefined, 3, 3])
  })
})

const THINGS = [
  'a red fox',
  'the blue sea',
  'some old man',
  'every green hill',
  'fresh white snow',
  'no moon',
]
const letters = (number: number) => [...String(number)].map(digit => 'abcdefghij'[Number(digit)]).join('')
/** What a job asks for, without a digit. */
const asked = (job: number) => `${THINGS[job % THINGS.length]} by ${letters(job)}`

describe.each<[string, (job: number) => VirtualAnswer]>([
  ['a wrong key, with what was asked', job => refusing('auth', `HTTP 401: {"message": "${asked(job)}: no"}`)],
  ['the same, as forbidden', job => refusing('auth', `HTTP 403: this key may not ask for ${asked(job)}`)],
  ['a wrong key, with ids of letters', job => refusing('auth', `HTTP 403: no such key (${letters(job)})`)],
  [
    'an account that is refused in two ways',
    job => refusing('auth', ['HTTP 403: not your day', 'key is disabled'][job % 2]!),
  ],
])('%s', (_, answer) => {
  test.each([1, 20])('stops the run, and all jobs stay open, at a concurrency of %i', concurrency => {
    const { live, calls, failed } = virtualMovie({ jobs: 2_000, concurrency }, ({ job }) => answer(job))
    expect([live.state.stopReason, failed.length]).toEqual(['refused', 0])
    expect(calls.length).toBeLessThanOrEqual(40)
  })
})

test('what is refused now and then fails by itself, once', () => {
  const random = seededRandom('forbidden')
  const some = () => (random() < 0.1 ? WRONG_KEY : MADE_IN_200)
  const { live, failed, calls } = virtualMovie({ jobs: 10_000, concurrency: 20 }, some)
  expect([live.state.halt, calls.length]).toEqual([undefined, 10_000])
  expect(failed.length).toBeGreaterThan(800)
})

describe('jobs that all fail alike', () => {
  const mistake = ({ nth, job }: VirtualCall) =>
    refusing('invalid', `HTTP 400: unknown parameter "sise" (request req_${job}a${nth})`)

  test('are tried until that is certain, from all over the table', () => {
    const { live, calls } = virtualMovie({ jobs: 20_000, concurrency: 1 }, mistake)
    expect(live.state.stopReason).toBe('refused')
    expect(calls.length).toBe(10)
    expect(Math.max(...calls.map(({ job }) => job))).toBeGreaterThan(4_000)
  })

  test.each([5, 50])(
    'cost what was under way at first and a handful more, at a concurrency of %i',
    concurrency => {
      const { live, calls } = virtualMovie({ jobs: 20_000, concurrency }, mistake)
      expect(live.state.stopReason).toBe('refused')
      expect(calls.length).toBeLessThanOrEqual(concurrency + 10)
    },
  )

  test('also when each error quotes what was asked', () => {
    const quoting = ({ job }: VirtualCall) =>
      refusing('invalid', `HTTP 400: {"error": "${asked(job)}: there is no parameter of this name"}`)
    const { live, calls } = virtualMovie({ jobs: 20_000, concurrency: 5 }, quoting)
    expect(live.state.stopReason).toBe('refused')
    expect(calls.length).toBeLessThanOrEqual(15)
  })

  test('stop a run of many at once by no chance: with one in two that fails', () => {
    for (const seed of ['a', 'b', 'c']) {
      const random = seededRandom(seed)
      const some = (call: VirtualCall) => (random() < 0.5 ? mistake(call) : MADE_IN_200)
      const { live, calls } = virtualMovie({ jobs: 1_000, concurrency: 20 }, some)
      expect([live.state.halt, calls.length]).toEqual([undefined, 1_000])
    }
  })

  test('do not stop a run when it is only the first rows that have the mistake', () => {
    const first = (call: VirtualCall) => (call.job < 200 ? mistake(call) : MADE_IN_200)
    const { live, failed } = virtualMovie({ jobs: 5_000, concurrency: 5 }, first)
    expect([live.state.halt, failed.length]).toEqual([undefined, 200])
    expect(live.state.statuses.counts.succeeded).toBe(4_800)
  })

  test('are not stopped when each says something else', () => {
    const words = ['red', 'blue', 'green']
    const different = ({ job }: VirtualCall) => refusing('invalid', `no ${words[job % 3]}`)
    const { live, failed } = virtualMovie({ jobs: 300, concurrency: 5 }, different)
    expect([live.state.halt, failed.length]).toEqual([undefined, 300])
  })
})

describe('refusals as too many', () => {
  test('that never end stop the run, and no job fails by them', () => {
    const always = () => refusing('rate_limited', 'HTTP 429', { retryAfterMs: 1_000 })
    const { live, failed, endedAtMs } = virtualMovie({ jobs: 100, concurrency: 5 }, always)
    expect([live.state.stopReason, failed.length]).toEqual(['refused', 0])
    expect(endedAtMs).toBeLessThan(OUTAGE_WAIT_MS + 60_000)
  })

  test('of one job, while others are served, fail it in the end', () => {
    const one = ({ job }: VirtualCall) =>
      job === 3 ? refusing('rate_limited', 'HTTP 429', { retryAfterMs: 10 }) : MADE_IN_200
    const { live, failed, callsOf } = virtualMovie({ jobs: 5_000, concurrency: 2 }, one)
    expect([live.state.halt, failed.length, callsOf.get(3)]).toEqual([undefined, 1, REFUSAL_LIMIT])
  })

  test('for longer than anybody waits are not waited for', () => {
    const tomorrow = () => refusing('rate_limited', 'HTTP 429', { retryAfterMs: 20 * 3_600_000 })
    const { live, endedAtMs, failed } = virtualMovie({ jobs: 100, concurrency: 5 }, tomorrow)
    expect([live.state.stopReason, failed.length]).toEqual(['refused', 0])
    expect(live.state.stopMessage).toMatch(/120\d min/)
    expect(endedAtMs).toBeLessThan(1_000)
  })

  test('are waited out with one attempt a job, as with more', () => {
    const once = ({ nth }: VirtualCall) =>
      nth === 1 ? refusing('rate_limited', 'HTTP 429', { retryAfterMs: 100 }) : MADE_IN_200
    const { live, failed } = virtualMovie({ jobs: 5, concurrency: 5, attempts: 1 }, once)
    expect([live.state.statuses.counts.succeeded, failed.length]).toEqual([5, 0])
  })
})
