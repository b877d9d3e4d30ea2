import { expect, test } from 'vitest'
import { budgetLeft } from '../../../src/cli/display/budget-text.js'
import { aged, limiterTexts, outageTexts, totals } from '../../../src/cli/display/progress/progress-text.js'

const progress = {
  counts: { succeeded: 0, failed: 0, skipped: 0, cached: 0 },
  active: 1,
  total: 1,
  elapsedMs: 1_000,
  jobsPerSecond: 0,
  producers: [],
  limiters: [
    { name: 'images', inFlight: 20, concurrency: 20, requestsPerMinute: 590, closedForMs: 3_000 },
    { name: 'texts', inFlight: 3, concurrency: 20 },
  ],
  costUsd: 0,
  budgets: [],
  rejections: { count: 0, costUsd: 0 },
  outages: [
    {
      service: 'images',
      error: { code: 'network', message: 'connect ECONNREFUSED' } as const,
      forMs: 9_000,
      nextTryInMs: 12_000,
      givesUpInMs: 540_000,
    },
  ],
}

test('limiters say what holds jobs back, and those that do not say nothing', () => {
  expect(limiterTexts(progress.limiters)).toEqual(['images: 20 at a time, 590/min, paused 3.0 s more'])
})

test('a pause becomes shorter while nothing happens, and ends', () => {
  expect(aged(progress, 2_000)).toMatchObject({ elapsedMs: 3_000, limiters: [{ closedForMs: 1_000 }, {}] })
  expect(limiterTexts(aged(progress, 4_000).limiters)).toEqual(['images: 20 at a time, 590/min'])
})

test('money is shown as soon as there is some, and what is left of each budget', () => {
  expect(totals(progress, [])).not.toContain('$')
  expect(totals({ ...progress, costUsd: 0.0421 }, [])).toMatch(/ · \$0\.0421$/)
  const budget = { scope: 'movie', limitUsd: 20, spentUsd: 7.5, leftUsd: 12.5, isExhausted: false } as const
  const budgets = [budget, { ...budget, scope: 'run', provider: 'images' }] as const
  expect(totals({ ...progress, budgets }, budgets.map(budgetLeft))).toMatch(
    / · \$0\.0000 · \$12\.50 of the movie's budget of \$20\.00 left · \$12\.50 of the run's budget for images of/,
  )
})

test('a service that does not answer says when it is tried next, and until when', () => {
  expect(outageTexts(progress.outages)).toEqual([
    'images: closed, the service does not answer, next try in 12.0 s, gives up in 9m 00s (network: connect ECONNREFUSED)',
  ])
  expect(aged(progress, 20_000).outages).toMatchObject([
    { forMs: 29_000, nextTryInMs: 0, givesUpInMs: 520_000 },
  ])
})

test('how long it still takes is said while jobs run, and not of a run that was stopped', () => {
  const half = { ...progress, total: 20, jobsPerSecond: 2 }
  expect(totals(half, [])).toContain('10.0 s left')
  expect(totals({ ...half, active: 0 }, [])).not.toContain('left')
})
