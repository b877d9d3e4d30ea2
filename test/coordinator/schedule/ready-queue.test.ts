import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReadyQueue } from '../../../src/coordinator/schedule/ready-queue.js'

interface Entry {
  readonly provider: number
  readonly layer: number
  readonly job: number
}

const PROVIDERS = 3
const LAYERS = 5
const JOBS = 200

type Step = { push: { provider: number; layer: number } } | { pop: { provider: number; layer: number } }

const place = fc.record({ provider: fc.nat(PROVIDERS - 1), layer: fc.nat(LAYERS - 1) })
const step: fc.Arbitrary<Step> = fc.oneof(
  place.map(push => ({ push })),
  place.map(pop => ({ pop })),
)

/** The same by searching a plain list. */
function naivePop(
  entries: Entry[],
  order: 'by layer' | 'deepest first',
  provider: number,
  layer: number,
): number {
  const own = entries.filter(entry => entry.provider === provider)
  const deepest = Math.max(...own.map(entry => entry.layer))
  const wanted = order === 'by layer' ? layer : deepest
  const at = entries.findIndex(entry => entry.provider === provider && entry.layer === wanted)
  return at === -1 ? -1 : entries.splice(at, 1)[0]!.job
}

describe.each(['by layer', 'deepest first'] as const)('a ready queue, %s', order => {
  it('gives each provider its jobs first in, first out', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: JOBS }), steps => {
        const queue = new ReadyQueue(JOBS, PROVIDERS, order)
        const entries: Entry[] = []
        let job = 0
        for (const one of steps) {
          if ('push' in one) {
            queue.push(one.push.provider, one.push.layer, job)
            entries.push({ ...one.push, job: job++ })
          } else {
            const { provider, layer } = one.pop
            const expected = naivePop(entries, order, provider, layer)
            const actual = queue.pop(provider, layer)
            if (actual !== expected) throw new Error(`popped ${actual}, expected ${expected}`)
          }
          if (queue.size !== entries.length) throw new Error(`size ${queue.size}, expected ${entries.length}`)
        }
      }),
    )
  })
})

it('takes a job again that was popped', () => {
  const queue = new ReadyQueue(2, 1, 'by layer')
  for (const job of [0, 1]) queue.push(0, 0, job)
  expect([queue.pop(0, 0), queue.pop(0, 0)]).toEqual([0, 1])
  queue.push(0, 0, 0)
  expect([queue.pop(0, 0), queue.pop(0, 0)]).toEqual([0, -1])
})
