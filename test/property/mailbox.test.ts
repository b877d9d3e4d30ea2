import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mailbox, type MailboxLimits } from '../../src/coordinator/mailbox.js'

interface Offer {
  readonly message: number
  readonly sizeBytes: number
}

type Step = { type: 'post' } | { type: 'offer'; sizeBytes: number } | { type: 'take' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ type: 'post' } as const) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('offer' as const), sizeBytes: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'take' } as const) },
)

const limits: fc.Arbitrary<MailboxLimits> = fc.record({
  batchCount: fc.integer({ min: 1, max: 5 }),
  batchBytes: fc.integer({ min: 1, max: 20 }),
})

/** What one take must give: data in order, as much as the limits allow, and never nothing while there is some. */
function expectedBatch(waiting: readonly Offer[], { batchCount, batchBytes }: MailboxLimits): Offer[] {
  const batch: Offer[] = []
  let bytes = 0
  for (const offer of waiting) {
    if (batch.length === batchCount) break
    if (batch.length > 0 && bytes + offer.sizeBytes > batchBytes) break
    batch.push(offer)
    bytes += offer.sizeBytes
  }
  return batch
}

function assertEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new Error(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
}

describe('the mailbox', () => {
  it('keeps order and batch limits, takes control first and loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 60 }), async (bounds, steps) => {
        const mailbox = new Mailbox<number, number>(bounds)
        let posted: number[] = []
        let waiting: Offer[] = []
        let next = 0
        const take = async () => {
          const batch = expectedBatch(waiting, bounds)
          const mail = await mailbox.take()
          assertEqual(mail, { control: posted, data: batch.map(({ message }) => message) }, 'mail')
          posted = []
          waiting = waiting.slice(batch.length)
        }
        for (const { type, ...rest } of steps) {
          if (type === 'take' && posted.length + waiting.length > 0) await take()
          if (type === 'post') {
            mailbox.post(++next)
            posted.push(next)
          }
          if (type === 'offer') {
            const { sizeBytes } = rest as { sizeBytes: number }
            const offer: Offer = { message: ++next, sizeBytes }
            waiting.push(offer)
            mailbox.offer(offer.message, sizeBytes)
          }
          assertEqual(mailbox.size, waiting.length, 'size')
        }
        while (posted.length + waiting.length > 0) await take()
        assertEqual(mailbox.takeNow(), { control: [], data: [] }, 'mail after the last')
      }),
      { numRuns: 150 },
    )
  })

  it('gives fewer when fewer are asked for, and never more than its limit', () => {
    const mailbox = new Mailbox<string, number>({ batchCount: 4, batchBytes: 1e9 })
    for (let message = 0; message < 10; message++) mailbox.offer(message, 1)
    mailbox.post('stop')
    expect(mailbox.takeNow(2)).toEqual({ control: ['stop'], data: [0, 1] })
    expect(mailbox.takeNow(100).data).toEqual([2, 3, 4, 5])
    expect(mailbox.takeNow().data).toEqual([6, 7, 8, 9])
  })

  it('wakes a waiting take, by control and by data', async () => {
    const mailbox = new Mailbox<string, string>()
    const first = mailbox.take()
    mailbox.post('stop')
    expect(await first).toEqual({ control: ['stop'], data: [] })
    const second = mailbox.take()
    mailbox.offer('settled', 1)
    expect(await second).toEqual({ control: [], data: ['settled'] })
  })

  it('keeps order through tens of thousands of messages that are taken while others come', () => {
    const mailbox = new Mailbox<never, number>({ batchCount: 1_000, batchBytes: 1e9 })
    const taken: number[] = []
    for (let message = 0; message < 50_000; message++) {
      mailbox.offer(message, 1)
      // Slower than it fills at first, so that the backlog passes the point where it is compacted.
      if (message % 2_000 === 1_999) taken.push(...mailbox.takeNow().data)
    }
    while (mailbox.size > 0) taken.push(...mailbox.takeNow().data)
    expect(taken).toEqual(Array.from({ length: 50_000 }, (_, message) => message))
  })
})
