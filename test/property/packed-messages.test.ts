import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobMessage, JobOutcome } from '../../src/model/job.js'
import { packMessages, unpackMessages } from '../../src/workers/thread/packed-messages.js'

const artifact = fc.record(
  {
    output: fc.constantFrom('Text', 'Title'),
    index: fc.constantFrom(0, 1),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
    hash: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['output', 'index', 'hash'] },
)
const outcome: fc.Arbitrary<JobOutcome> = fc.oneof(
  fc.record(
    {
      state: fc.constant('succeeded' as const),
      artifacts: fc.array(artifact, { maxLength: 2 }),
      usage: fc.constant({ tokens: 1 }),
      costUsd: fc.constant(0.1),
      reused: fc.constant('cache' as const),
    },
    { requiredKeys: ['state', 'artifacts'] },
  ),
  fc.constant({ state: 'failed' as const, error: { code: 'bug' as const, message: '' } }),
)
const message: fc.Arbitrary<JobMessage> = fc.oneof(
  fc.record(
    {
      type: fc.constant('job.settled' as const),
      job: fc.nat(9),
      attempt: fc.constant(1),
      durationMs: fc.nat(),
      outcome,
      isFiling: fc.constant(true as const),
      limits: fc.constant({ retryAfterMs: 5 }),
    },
    { requiredKeys: ['type', 'job', 'attempt', 'durationMs', 'outcome'] },
  ),
  fc.record({
    type: fc.constant('job.checkpoint' as const),
    job: fc.nat(9),
    attempt: fc.constant(1),
    requestNumber: fc.nat(),
    checkpoint: fc.constant({ id: 1 }),
  }),
)

const key = (one: JobMessage) => JSON.stringify(one, Object.keys(one).sort())

test('packed and unpacked, all messages are there, those of one job in their order', () => {
  fc.assert(
    fc.property(fc.array(message), messages => {
      const ends = new Set<number>()
      // Nothing of a job follows its success.
      const given = messages.filter(({ type, job }) => {
        const isLate = ends.has(job)
        if (type === 'job.settled') ends.add(job)
        return !isLate
      })
      const back = unpackMessages(packMessages(given)) as readonly JobMessage[]
      expect([...back].map(key).sort()).toEqual(given.map(key).sort())
      for (let job = 0; job < 10; job++)
        expect(back.filter(one => one.job === job)).toEqual(given.filter(one => one.job === job))
    }),
  )
})
