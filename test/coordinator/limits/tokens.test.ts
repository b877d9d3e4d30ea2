import { describe, expect, test } from 'vitest'
import { Admission } from '../../../src/coordinator/limits/admission.js'
import type { AttemptPermit } from '../../../src/coordinator/limits/attempt-permit.js'
import { RunAdmission } from '../../../src/coordinator/limits/run-admission.js'
import type { JobSettled } from '../../../src/model/job.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import type { ResolvedJob } from '../../../src/plan/up-to-date/resolved-job.js'
import { EventQueue } from '../../../src/rehearsal/event-queue.js'

const PER_MINUTE = 60_000
const job = { blobBytes: 0, inputs: {}, loads: [], fileCount: 0 } as unknown as ResolvedJob

/** Sends for as long as that, on a virtual clock. @returns the tokens that were used, by the moment of the call */
function run(forMs: number, seed: string, callMs: number, tokensOf: (random: () => number) => number) {
  const admission = new Admission(Number.POSITIVE_INFINITY)
  const limiter = admission.limiter('service', { tokensPerMinute: PER_MINUTE, learning: 'refusals' })
  const terms = {
    limiters: [limiter],
    price: undefined,
    isLocal: false,
    budgets: [],
    weight: 1,
    images: 0,
    maxOutputTokens: undefined,
    promptBytes: 100,
  }
  const admitted = new RunAdmission([terms], admission, { weight: 1, wake: () => {} })
  const random = seededRandom(seed)
  const events = new EventQueue<AttemptPermit | undefined>()
  const used: { atMs: number; tokens: number }[] = []
  const tokensBy = new Map<AttemptPermit, number>()
  let nowMs = 0
  let wakesAtMs = 0
  events.add(0, undefined)
  while (nowMs < forMs) {
    nowMs = events.nextAtMs
    const permit = events.take()
    if (permit === undefined && nowMs !== wakesAtMs) continue
    admitted.beginTurn(nowMs)
    if (permit !== undefined) {
      const usage = { outputTokens: tokensBy.get(permit)! }
      const outcome = { state: 'succeeded', artifacts: [], usage } as const
      const message: JobSettled = { type: 'job.settled', job: 0, attempt: 1, durationMs: 1, outcome }
      admitted.settle(0, permit, message, 0)
    }
    for (;;) {
      const next = admitted.admit(0, job, undefined)
      if (next === undefined) break
      const tokens = Math.round(tokensOf(random))
      used.push({ atMs: nowMs, tokens })
      tokensBy.set(next, tokens)
      events.add(nowMs + callMs * (0.4 + 1.2 * random()), next)
    }
    const opensInMs = admitted.endTurn()
    if (opensInMs === undefined) continue
    wakesAtMs = nowMs + opensInMs
    events.add(wakesAtMs, undefined)
  }
  return used
}

const sum = (used: readonly { tokens: number }[]) => used.reduce((all, { tokens }) => all + tokens, 0)

describe.each(['a', 'b', 'c', 'd'])('60,000 tokens a minute, configured (%s)', seed => {
  test.each([
    [20, 500],
    [200, 500],
    [200, 5_000],
    [2_000, 1_000],
  ])('jobs of about %i tokens, %i ms each', (mean, callMs) => {
    const used = run(240_000, seed, callMs, random => mean * (0.5 + random()))
    const later = used.filter(({ atMs }) => atMs >= 60_000 && atMs < 240_000)
    expect(sum(later) / 3).toBeGreaterThanOrEqual(0.95 * PER_MINUTE)
    // No minute has more, wherever it begins, but for the job that ends it and what those under way differ by.
    for (let fromMs = 60_000; fromMs <= 180_000; fromMs += 1_000) {
      const minute = used.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 60_000)
      expect(sum(minute)).toBeLessThanOrEqual(1.01 * PER_MINUTE + 1.5 * mean)
    }
  })

  test('the first calls wait for no more than what their results turn out to be', () => {
    const used = run(10_000, seed, 500, random => 100 * (0.5 + random()))
    expect(sum(used)).toBeGreaterThanOrEqual((0.85 * PER_MINUTE) / 6)
  })
})
