import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobAssignment } from '../../src/model/job.js'
import { packJobs, unpackJobs } from '../../src/workers/thread/packed-jobs.js'

const inputs = fc.oneof(
  { weight: 4, arbitrary: fc.record({ prompt: fc.string(), count: fc.integer() }) },
  fc.dictionary(fc.constantFrom('prompt', 'count', 'style'), fc.jsonValue().filter(isPlain)),
)

/** `-0` is no JSON. */
function isPlain(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)
}

const optional = {
  loads: fc.constant([{ path: ['prompt'], blob: { hash: 'a', sizeBytes: 1, mimeType: 'text/plain' } }]),
  resume: fc.constant({ id: 1 }),
  isFresh: fc.constant(true as const),
  losses: fc.constant(1),
}

const assignment = (indexCount: number, extra: Partial<typeof optional>) =>
  fc.record(
    {
      job: fc.nat(),
      attempt: fc.nat(),
      indices: fc.array(fc.nat(), { minLength: indexCount, maxLength: indexCount }),
      inputs,
      inputsHash: fc.string(),
      generation: fc.nat(),
      ...extra,
    },
    { requiredKeys: ['job', 'attempt', 'indices', 'inputs', 'inputsHash', 'generation'] },
  ) as unknown as fc.Arbitrary<JobAssignment>

const batch = fc
  .tuple(fc.nat(3), fc.boolean())
  .chain(([indexCount, isPlain]) => fc.array(assignment(indexCount, isPlain ? {} : optional)))

test('jobs are the same, packed, cloned and unpacked', () => {
  fc.assert(
    fc.property(batch, jobs => {
      expect(unpackJobs(structuredClone(packJobs(jobs)))).toEqual(jobs)
    }),
  )
})

test('jobs with inputs of the same names travel as columns', () => {
  const job = { attempt: 1, inputsHash: 'a', generation: 0 }
  const jobs = [
    { ...job, job: 4, indices: [0, 1], inputs: { prompt: 'a', count: 1 } },
    { ...job, job: 5, indices: [0, 2], inputs: { prompt: 'b', count: 2 } },
  ]
  expect(packJobs(jobs)).toMatchObject({ jobs: [4, 5], indices: [0, 1, 0, 2], inputs: ['a', 1, 'b', 2] })
  const [first] = jobs
  const others = [
    { ...first!, inputs: { count: 1, prompt: 'a' } },
    { ...first!, inputs: { prompt: 'a' } },
    { ...first!, inputs: { prompt: 'a', count: 1, style: '' } },
    { ...first!, indices: [0] },
    { ...first!, losses: 1 },
  ]
  for (const other of others) expect(packJobs([...jobs, other])).toEqual([...jobs, other])
})
