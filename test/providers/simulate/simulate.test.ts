import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { JobAssignment, JobOutcome } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import { drawLatency } from '../../../src/model/provider/latency.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import simulate from '../../../src/providers/simulate/simulate.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'

const run = (
  config: object,
  outputs: object = { Text: { type: 'text' } },
  job: Partial<JobAssignment> = {},
) => runProvider(simulate, { config: config as never, outputs: outputs as never }, job)

test('makes an output of every type', async () => {
  const outputs = {
    Text: { type: 'text' },
    Data: { type: 'json', count: 2 },
    Count: { type: 'number' },
    Yes: { type: 'boolean' },
    Page: { type: 'text/html' },
    Sound: { type: 'audio/*' },
  }
  const { outcome } = await run({ outputBytes: 100, costUsd: 0.02 }, outputs)
  expect(outcome).toMatchObject({ state: 'succeeded', costUsd: 0.02 })
  const values = valuesOf(outcome)
  expect(values).toMatchObject({
    Text: expect.any(String),
    Data: [{ title: expect.any(String) }, { title: expect.any(String) }],
    Count: expect.any(Number),
    Yes: expect.any(Boolean),
    Page: { mimeType: 'text/html' },
    Sound: { sizeBytes: 100 },
  })
  expect((values.Data as unknown[])[0]).not.toEqual((values.Data as unknown[])[1])
})

test('a PNG is a real one, of the size that was asked for', async () => {
  const { outcome, blobs } = await run(
    { width: 30, height: 20, outputBytes: 5_000 },
    { Image: { type: 'image/png' } },
  )
  const image = valuesOf(outcome).Image as BlobRef
  expect(image.sizeBytes).toBe(5_000)
  const { format, width, height } = await sharp(blobs.bytes.get(image.hash)).metadata()
  expect({ format, width, height }).toEqual({ format: 'png', width: 30, height: 20 })
  await sharp(blobs.bytes.get(image.hash), { failOn: 'warning' }).stats()
})

test('what is made depends on job, inputs and seed, not on the attempt', async () => {
  const made = async (config: object, job: Partial<JobAssignment>) =>
    valuesOf((await run(config, undefined, job)).outcome).Text
  const first = await made({}, { inputs: { x: 1 } })
  expect(await made({}, { inputs: { x: 1 }, attempt: 2 })).toBe(first)
  expect(await made({}, { inputs: { x: 2 } })).not.toBe(first)
  expect(await made({ seed: 1 }, { inputs: { x: 1 } })).not.toBe(first)
  expect(await made({}, { inputs: { x: 1 }, indices: [1] })).not.toBe(first)
})

test('failures and refusals come at their rates, the same ones in every run', async () => {
  const config = { failureRate: 0.2, failureCode: 'network', rateLimitRate: 0.3, retryAfterMs: 70 }
  const fates = async (): Promise<JobOutcome[]> => {
    const jobs = Array.from({ length: 400 }, (_, row) => run(config, undefined, { indices: [row] }))
    return (await Promise.all(jobs)).map(({ outcome }) => outcome)
  }
  const outcomes = await fates()
  const count = (code: string) =>
    outcomes.filter(outcome => codeOf(outcome) === code).length / outcomes.length
  expect(count('network')).toBeCloseTo(0.2, 0.5)
  expect(count('rate_limited')).toBeCloseTo(0.3, 0.5)
  expect(count('succeeded')).toBeGreaterThan(0.4)
  expect(outcomes.find(outcome => codeOf(outcome) === 'rate_limited')).toMatchObject({
    error: { retryAfterMs: 70 },
  })
  expect((await fates()).map(codeOf)).toEqual(outcomes.map(codeOf))
})

test('delays follow their distribution', () => {
  const random = seededRandom('delays')
  const draws = (latency: Parameters<typeof drawLatency>[0]) =>
    Array.from({ length: 4_000 }, () => drawLatency(latency, random)).sort((a, b) => a - b)
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  expect(draws({ distribution: 'fixed', mean: 7 })[0]).toBe(7)
  const uniform = draws({ distribution: 'uniform', min: 10, max: 20 })
  expect([uniform[0]! >= 10, uniform.at(-1)! < 20]).toEqual([true, true])
  expect(Math.round(mean(uniform))).toBe(15)
  const normal = draws({ distribution: 'normal', mean: 100, deviation: 10 })
  expect(Math.round(mean(normal) / 2)).toBe(50)
  const empirical = draws({ distribution: 'empirical', quantiles: [10, 20, 60] })
  expect([empirical[0], empirical[2_000], empirical.at(-1)].map(ms => Math.round(ms! / 5) * 5)).toEqual([
    10, 20, 60,
  ])
  expect(draws({ distribution: 'empirical', quantiles: [7] }).at(-1)).toBe(7)
  const lognormal = draws({ distribution: 'lognormal', median: 100, sigma: 0.5 })
  expect(lognormal[2_000]! / 100).toBeCloseTo(1, 1)
  expect(mean(lognormal)).toBeGreaterThan(105)
})

test('values replaces what would be made up; as a stand-in it ignores the other provider’s config', async () => {
  const outputs = { Page: { type: 'json', count: 2 } }
  const fixed = await run({ values: { Page: { kind: 'picture' } } }, outputs)
  expect(valuesOf(fixed.outcome)).toEqual({ Page: [{ kind: 'picture' }, { kind: 'picture' }] })
  const standIn = await run({
    standsIn: { latencyMs: 0 },
    seed: { odd: true },
    latencyMs: 'soon',
    quality: 'high',
  })
  expect(codeOf(standIn.outcome)).toBe('succeeded')
  expect(codeOf((await run({ quality: 'high' })).outcome)).toBe('invalid')
})

test('a delay ends at once when the attempt is aborted', async () => {
  const { outcome } = await runProvider(simulate, { config: { latencyMs: 60_000 }, timeoutMs: 20 })
  expect(codeOf(outcome)).toBe('timeout')
})
