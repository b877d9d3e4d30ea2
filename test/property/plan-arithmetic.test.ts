import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { BlueprintDefinition } from '../../src/blueprint/blueprint-schema.js'
import type { JobId } from '../../src/model/id.js'
import { planOf } from '../support/blueprint/blueprints.js'
import { rounds } from '../support/rounds.js'

/** Loops a, b, c; each producer has some of them and reads earlier producers in every way the language knows. */
const LOOPS = ['a', 'b', 'c'] as const
type Loop = (typeof LOOPS)[number]

interface Read {
  readonly from: number
  /** By loop of the producer that is read: same index, offset, fixed or all. */
  readonly how: readonly (
    | { type: 'loop'; offset: number }
    | { type: 'fixed'; index: number }
    | { type: 'all' }
  )[]
}

interface Model {
  readonly extents: Record<Loop, number>
  readonly producers: readonly { readonly loops: readonly Loop[]; readonly reads: readonly Read[] }[]
}

const how = fc.oneof(
  fc.constant({ type: 'loop', offset: 0 } as const),
  fc.record({ type: fc.constant('loop' as const), offset: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ type: fc.constant('fixed' as const), index: fc.nat(4) }),
  fc.constant({ type: 'all' } as const),
)

const model: fc.Arbitrary<Model> = fc.record({
  extents: fc.record({ a: fc.nat(4), b: fc.integer({ min: 1, max: 3 }), c: fc.integer({ min: 1, max: 3 }) }),
  producers: fc.array(
    fc.record({
      loops: fc.subarray([...LOOPS]),
      reads: fc.array(fc.record({ from: fc.nat(7), how: fc.tuple(how, how, how) }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
})

const nameOf = (at: number) => `P${at}`

/** How a read is really done: a loop that the consumer does not run in can only be read as a whole or by number. */
function selectorsOf({ producers }: Model, consumer: number, read: Read) {
  const from = read.from % consumer
  const selectors = producers[from]!.loops.map((loop, at) => {
    const wanted = read.how[at]!
    return wanted.type === 'loop' && !producers[consumer]!.loops.includes(loop)
      ? ({ type: 'all' } as const)
      : wanted
  })
  return { from, selectors }
}

function definitionOf(source: Model): BlueprintDefinition {
  const { extents, producers } = source
  const entries = producers.map(({ loops, reads }, at) => {
    const references = (at === 0 ? [] : reads).map((read, number) => {
      const { from, selectors } = selectorsOf(source, at, read)
      const brackets = selectors.map((selector, dimension) => {
        const loop = producers[from]!.loops[dimension]!
        if (selector.type === 'all') return '[*]'
        if (selector.type === 'fixed') return `[${selector.index}]`
        return `[${loop}${selector.offset === 0 ? '' : selector.offset > 0 ? `+${selector.offset}` : selector.offset}]`
      })
      return [`x${number}`, `\${${nameOf(from)}${brackets.join('')}.Text?}`]
    })
    const producer = {
      provider: 'p',
      loop: [...loops],
      with: Object.fromEntries(references),
      outputs: { Text: 'text' },
    }
    if (loops.length > 0) return [nameOf(at), producer]
    const { loop: _, ...bare } = producer
    return [nameOf(at), bare]
  })
  return {
    name: 'random',
    inputs: Object.fromEntries(LOOPS.map(loop => [`n${loop}`, { type: 'integer', default: extents[loop] }])),
    loops: Object.fromEntries(LOOPS.map(loop => [loop, { count: `\${inputs.n${loop}}` }])),
    producers: Object.fromEntries(entries),
  }
}

type Indices = Partial<Record<Loop, number>>

function instancesOf(extents: Record<Loop, number>, loops: readonly Loop[]): Indices[] {
  return loops.reduce<Indices[]>(
    (all, loop) =>
      all.flatMap(one => Array.from({ length: extents[loop] }, (_, index) => ({ ...one, [loop]: index }))),
    [{}],
  )
}

const idOf = (at: number, loops: readonly Loop[], indices: Indices) =>
  `Producer:${nameOf(at)}${loops.map(loop => `[${indices[loop]}]`).join('')}`

/** Every job with the set of jobs it needs, by writing all instances out. */
function naiveDependencies(source: Model): Map<string, Set<string>> {
  const { extents, producers } = source
  const all = new Map<string, Set<string>>()
  producers.forEach(({ loops, reads }, at) => {
    for (const own of instancesOf(extents, loops)) {
      const needs = new Set<string>()
      for (const read of at === 0 ? [] : reads) {
        const { from, selectors } = selectorsOf(source, at, read)
        const fromLoops = producers[from]!.loops
        for (const other of instancesOf(extents, fromLoops)) {
          const isNamed = selectors.every((selector, dimension) => {
            const index = other[fromLoops[dimension]!]
            if (selector.type === 'all') return true
            if (selector.type === 'fixed') return index === selector.index
            return index === own[fromLoops[dimension]!]! + selector.offset
          })
          if (isNamed) needs.add(idOf(from, fromLoops, other))
        }
      }
      all.set(idOf(at, loops, own), needs)
    }
  })
  return all
}

describe('index arithmetic equals writing every job out', () => {
  it('frees each job exactly when the last job it needs has settled', () => {
    fc.assert(
      fc.property(model, fc.infiniteStream(fc.nat()), (source, order) => {
        const plan = planOf(definitionOf(source))
        const needs = naiveDependencies(source)
        const slots = plan.createSlots()
        if (plan.jobCount !== needs.size) throw new Error(`${plan.jobCount} jobs, expected ${needs.size}`)
        const tracker = plan.createTracker()
        const ready = [...tracker.initiallyReady()]
        const settled = new Set<string>()
        const freed = new Set(ready.map(job => slots.jobIdAt(job) as string))
        const check = () => {
          for (const [id, needed] of needs) {
            const isFree = [...needed].every(other => settled.has(other))
            if (isFree !== freed.has(id))
              throw new Error(`${id} is ${isFree ? 'free' : 'not free'}, after ${[...settled]}`)
          }
        }
        check()
        while (ready.length > 0) {
          const job = ready.splice((order.next().value as number) % ready.length, 1)[0]!
          settled.add(slots.jobIdAt(job))
          tracker.complete(plan.familyOf(job), job, next => {
            ready.push(next)
            freed.add(slots.jobIdAt(next))
          })
          check()
        }
        if (settled.size !== needs.size) throw new Error(`${settled.size} of ${needs.size} jobs settled`)
      }),
      { numRuns: rounds(100, 300) },
    )
  })

  it('puts each job in the layer behind its deepest dependency', () => {
    fc.assert(
      fc.property(model, source => {
        const plan = planOf(definitionOf(source))
        const slots = plan.createSlots()
        for (const [id, needed] of naiveDependencies(source)) {
          const layers = [...needed].map(other => plan.layers.layerOf(slots.jobSlot(other as JobId)))
          const expected = Math.max(-1, ...layers) + 1
          const actual = plan.layers.layerOf(slots.jobSlot(id as JobId))
          if (actual !== expected) throw new Error(`${id} is in layer ${actual}, expected ${expected}`)
        }
      }),
      { numRuns: rounds(100, 300) },
    )
  })
})
