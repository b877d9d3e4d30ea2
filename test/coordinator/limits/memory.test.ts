import { expect, test } from 'vitest'
import { Admission } from '../../../src/coordinator/limits/admission.js'
import type { AttemptPermit } from '../../../src/coordinator/limits/attempt-permit.js'
import { RunAdmission } from '../../../src/coordinator/limits/run-admission.js'
import type { TargetTerms } from '../../../src/coordinator/target-terms.js'
import type { JobSettled } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import type { ResolvedJob } from '../../../src/plan/up-to-date/resolved-job.js'

const MIB = 1024 * 1024
const terms: TargetTerms = {
  limiters: [],
  price: undefined,
  isLocal: true,
  budgets: [],
  weight: 1,
  images: 0,
  maxOutputTokens: undefined,
  assumedBytes: MIB,
  promptBytes: undefined,
}
const job = { blobBytes: 0, inputs: {}, loads: [], fileCount: 0 } as unknown as ResolvedJob

function runWith(limitBytes: number) {
  const run = new RunAdmission([terms], new Admission(limitBytes), { weight: 1, wake: () => {} })
  /** As many as may start now, of very many that could. */
  const start = (): AttemptPermit[] => {
    run.beginTurn(0)
    const permits: AttemptPermit[] = []
    while (permits.length < 1_000) {
      const permit = run.admit(0, job, undefined)
      if (permit === undefined) break
      permits.push(permit)
    }
    run.endTurn()
    return permits
  }
  const settle = (permit: AttemptPermit, sizeBytes: number) => {
    const blob = { hash: 'a'.repeat(64), sizeBytes, mimeType: 'image/png' } as unknown as BlobRef
    const outcome = {
      state: 'succeeded',
      artifacts: [{ output: 'O', index: 0, blob, hash: blob.hash }],
    } as const
    const message: JobSettled = { type: 'job.settled', job: 0, attempt: 1, durationMs: 1, outcome }
    run.settle(0, permit, message, 0)
  }
  return { start, settle }
}

test('jobs whose results nobody has seen yet hold what such results have mostly', () => {
  expect(runWith(16 * MIB).start()).toHaveLength(16)
})

test('the first result shows how many may be under way', () => {
  const { start, settle } = runWith(16 * MIB)
  for (const permit of start()) settle(permit, 4 * MIB)
  const large = start()
  expect(large).toHaveLength(4)
  for (const permit of large) settle(permit, 4 * MIB)
  expect(start()).toHaveLength(4)
})

test('where results turn out to be small, memory holds nothing back', () => {
  const { start, settle } = runWith(16 * MIB)
  for (const permit of start()) settle(permit, 10_000)
  expect(start()).toHaveLength(1_000)
})

test('a job larger than the limit goes alone', () => {
  const { start, settle } = runWith(MIB / 2)
  const [first, ...others] = start()
  expect(others).toEqual([])
  settle(first!, 4 * MIB)
  expect(start()).toHaveLength(1)
})
