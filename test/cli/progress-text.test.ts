import { expect, test } from 'vitest'
import { aged, laneTexts } from '../../src/cli/progress-text.js'

const progress = {
  counts: { succeeded: 0, failed: 0, skipped: 0, cached: 0 },
  active: 1,
  total: 1,
  elapsedMs: 1_000,
  jobsPerSecond: 0,
  producers: [],
  lanes: [
    { name: 'images', inFlight: 20, concurrency: 20, requestsPerMinute: 590, closedForMs: 3_000 },
    { name: 'texts', inFlight: 3, concurrency: 20 },
  ],
}

test('lanes say what holds jobs back, and those that do not say nothing', () => {
  expect(laneTexts(progress.lanes)).toEqual(['images: 20 at a time, 590/min, paused 3.0 s more'])
})

test('a pause becomes shorter while nothing happens, and ends', () => {
  expect(aged(progress, 2_000)).toMatchObject({ elapsedMs: 3_000, lanes: [{ closedForMs: 1_000 }, {}] })
  expect(laneTexts(aged(progress, 4_000).lanes)).toEqual(['images: 20 at a time, 590/min'])
})
