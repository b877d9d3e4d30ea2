import { expect, test } from 'vitest'
import {
  currentArtifactRecord,
  currentEvent,
  currentHeader,
  currentJobRecord,
} from '../../../src/model/movie/current-names.js'

test.each([
  [
    { type: 'job.succeeded', jobId: 'Producer:A', cost: 0.5 },
    { type: 'job.succeeded', jobId: 'Producer:A', costUsd: 0.5 },
  ],
  [
    { type: 'job.failed', jobId: 'Producer:A', uncertainCost: 1 },
    { type: 'job.failed', jobId: 'Producer:A', uncertainCostUsd: 1 },
  ],
  [
    { type: 'job.submitted', uncertainCost: 1 },
    { type: 'job.submitted', uncertainCostUsd: 1 },
  ],
  [
    { type: 'run.finished', cost: 0 },
    { type: 'run.finished', costUsd: 0 },
  ],
  [
    { type: 'limit.adjusted', lane: 'writer', concurrency: 4 },
    { type: 'limit.adjusted', limiter: 'writer', concurrency: 4 },
  ],
])('an event of an older log has the names of today: %j', (older, today) => {
  expect(currentEvent(older)).toEqual(today)
})

test('events of today, and those of other programs, are left as they are', () => {
  for (const event of [
    { type: 'job.succeeded', costUsd: 0.5 },
    { type: 'made.up', cost: 1, lane: 2 },
  ])
    expect(currentEvent(event)).toBe(event)
})

test('a manifest of an older version has the names of today', () => {
  expect(
    currentHeader({ movieId: 'm', cost: 3, costs: { A: 3 }, uncertainCosts: { A: 1 }, lastRun: null }),
  ).toEqual({ movieId: 'm', costUsd: 3, costsUsd: { A: 3 }, uncertainCostsUsd: { A: 1 }, lastRun: null })
  const artifact = { artifactId: 'Producer:A.Text', value: 'x', hash: 'h' }
  expect(currentArtifactRecord(artifact)).toBe(artifact)
  expect(currentArtifactRecord({ ...artifact, keep: 'edited' })).toEqual({ ...artifact, override: 'edited' })
  const unpinned = { ...artifact, override: 'unpinned' }
  expect(currentArtifactRecord({ ...artifact, keep: 'released' })).toEqual(unpinned)
  const checkpoint = { inputsHash: 'h', value: { cost: 7 }, uncertainCost: 1, chargedCost: 2 }
  expect(currentJobRecord({ jobId: 'Producer:A', checkpoint })).toMatchObject({
    checkpoint: { inputsHash: 'h', value: { cost: 7 }, uncertainCostUsd: 1, chargedCostUsd: 2 },
  })
})
