import { describe, expect, it } from 'vitest'
import type { Feedback } from '../../../src/model/provider/feedback.js'
import type { ProduceFunction } from '../../../src/model/provider/provider.js'
import { idempotencyKey } from '../../../src/model/run/idempotency-key.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const rejection = (attempt: number, outputs?: Feedback['outputs']): Feedback => ({
  from: 'check',
  reason: 'too long',
  ...(outputs && { outputs }),
  attempt,
  at: '2026-01-01T00:00:00.000Z',
})
const told: ProduceFunction = (_, { feedback }) => ({ outputs: { Out: JSON.stringify(feedback) } })

describe('what a provider is told when it is asked again', () => {
  it('is nothing the first time', async () => {
    const { outcome } = await runProvider(told, { outputs: { Out: { type: 'text' } } })
    expect(valuesOf(outcome)).toEqual({ Out: '[]' })
  })

  it('has large texts and JSON in place, and files as references', async () => {
    const blobs = new MemoryBlobs()
    const long = 'x'.repeat(100_000)
    const text = await blobs.put(Buffer.from(long), 'text/plain; charset=utf-8')
    const json = await blobs.put(Buffer.from('{"n":1}'), 'application/json')
    const image = await blobs.put(Buffer.from('png'), 'image/png')
    const feedback = [rejection(1, { Out: text, Pages: [json, { n: 2 }], Image: image }), rejection(2)]
    const outputs = {
      Out: { type: 'text' },
      Pages: { type: 'json', count: 2 },
      Image: { type: 'image/png' },
    }
    let seen: readonly Feedback[] = []
    const produce: ProduceFunction = (_, context) => {
      seen = context.feedback
      throw new Error('enough')
    }
    await runProvider(produce, { outputs }, { feedback }, { blobs })
    expect(seen).toEqual([
      rejection(1, { Out: long, Pages: [{ n: 1 }, { n: 2 }], Image: image }),
      rejection(2),
    ])
  })

  it('makes the next answer a work of its own, the same over retries', () => {
    const keyOf = (...feedback: Feedback[]) =>
      idempotencyKey(jobTemplate(), assignment(0, {}, feedback.length > 0 ? { feedback } : {}))
    const keys = [keyOf(), keyOf(rejection(1)), keyOf(rejection(1), rejection(3))]
    expect(new Set(keys).size).toBe(3)
    expect(keyOf(rejection(1))).toBe(keys[1])
  })
})
