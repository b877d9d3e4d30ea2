import fc from 'fast-check'
import type { BlueprintDefinition, ProducerDefinition } from '../../../src/blueprint/blueprint-schema.js'
import type { JsonValue } from '../../../src/model/json.js'

/*
 * Random blueprints with everything that decides what runs: nested loops, every selector, optional reads,
 * lists, conditions. Beside the definition stands a naive reading of it, instance by instance.
 */

const LOOPS = ['a', 'b'] as const
type Loop = (typeof LOOPS)[number]
type Indices = Partial<Record<Loop, number>>

type Selector =
  | { readonly type: 'loop'; readonly offset: number }
  | { readonly type: 'fixed'; readonly index: number }
  | { readonly type: 'all' }

interface RandomRead {
  readonly from: number
  readonly how: readonly [Selector, Selector]
  readonly output: 'Text' | 'Facts' | 'Facts.kind' | 'List'
  readonly isOptional: boolean
}

interface RandomProducer {
  readonly loops: readonly Loop[]
  readonly provider: string
  readonly reads: readonly RandomRead[]
  readonly condition: RandomRead | undefined
}

export interface RandomBlueprint {
  readonly extents: Readonly<Record<Loop, number>>
  readonly producers: readonly RandomProducer[]
}

/** One reference of one job: which jobs it names, and what of them. */
export interface NaiveRead {
  /** Name under `with`. */
  readonly name: string
  readonly jobIds: readonly string[]
  readonly isFanIn: boolean
  readonly isOptional: boolean
  readonly output: 'Text' | 'Facts' | 'List'
  readonly path: readonly string[]
}

export interface NaiveJob {
  readonly jobId: string
  readonly producer: string
  readonly provider: string
  readonly reads: readonly NaiveRead[]
  /** The job runs only when this reads as `picture`. */
  readonly condition: NaiveRead | undefined
}

export const PROVIDERS = ['p', 'q'] as const
const LIST_LENGTH = 2

const selector: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant({ type: 'loop', offset: 0 } as const),
  fc.record({ type: fc.constant('loop' as const), offset: fc.integer({ min: -1, max: 1 }) }),
  fc.record({ type: fc.constant('fixed' as const), index: fc.nat(3) }),
  fc.constant({ type: 'all' } as const),
)

const read: fc.Arbitrary<RandomRead> = fc.record({
  from: fc.nat(9),
  how: fc.tuple(selector, selector),
  output: fc.constantFrom('Text', 'Facts', 'Facts.kind', 'List'),
  isOptional: fc.boolean(),
})

export const randomBlueprint: fc.Arbitrary<RandomBlueprint> = fc.record({
  extents: fc.record({ a: fc.nat(4), b: fc.integer({ min: 1, max: 3 }) }),
  producers: fc.array(
    fc.record({
      loops: fc.subarray([...LOOPS]),
      provider: fc.constantFrom(...PROVIDERS),
      reads: fc.array(read, { maxLength: 3 }),
      condition: fc.option(read, { nil: undefined, freq: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

const nameOf = (at: number) => `P${at}`
const idOf = (at: number, loops: readonly Loop[], indices: Indices) =>
  `Producer:${nameOf(at)}${loops.map(loop => `[${indices[loop]}]`).join('')}`

/** A read as it is really done: made to fit the loops and extents, as the language demands. */
function fitted({ producers, extents }: RandomBlueprint, consumer: number, wanted: RandomRead) {
  const from = wanted.from % consumer
  let isOptional = wanted.isOptional
  const selectors = producers[from]!.loops.map((loop, dimension): Selector => {
    const how = wanted.how[dimension]!
    if (how.type === 'loop' && !producers[consumer]!.loops.includes(loop)) return { type: 'all' }
    if (how.type === 'loop' && how.offset !== 0) isOptional = true
    if (how.type !== 'fixed') return how
    if (extents[loop] === 0) isOptional = true
    return { type: 'fixed', index: how.index % Math.max(1, extents[loop]) }
  })
  return { from, selectors, isOptional }
}

function referenceOf(blueprint: RandomBlueprint, consumer: number, wanted: RandomRead): string {
  const { from, selectors, isOptional } = fitted(blueprint, consumer, wanted)
  const loops = blueprint.producers[from]!.loops
  const brackets = selectors.map((how, dimension) => {
    if (how.type === 'all') return '[*]'
    if (how.type === 'fixed') return `[${how.index}]`
    const sign = how.offset > 0 ? '+' : ''
    return `[${loops[dimension]}${how.offset === 0 ? '' : `${sign}${how.offset}`}]`
  })
  const output = wanted.output === 'List' ? 'List[*]' : wanted.output
  return `\${${nameOf(from)}${brackets.join('')}.${output}${isOptional ? '?' : ''}}`
}

export function definitionOf(blueprint: RandomBlueprint): BlueprintDefinition {
  const producers = blueprint.producers.map(({ loops, provider, reads, condition }, at) => {
    const producer: ProducerDefinition = {
      provider,
      with: Object.fromEntries(
        (at === 0 ? [] : reads).map((wanted, number) => [`x${number}`, referenceOf(blueprint, at, wanted)]),
      ),
      outputs: { Text: 'text', Facts: 'json', List: { type: 'json', loop: 'element' } },
      retry: { attempts: 3 },
    }
    if (loops.length > 0) producer.loop = [...loops]
    if (condition && at > 0) producer.when = { value: conditionOf(blueprint, at, condition), is: 'picture' }
    return [nameOf(at), producer] as const
  })
  return {
    name: 'random',
    inputs: Object.fromEntries(
      LOOPS.map(loop => [`n${loop}`, { type: 'integer', default: blueprint.extents[loop] }]),
    ),
    loops: {
      ...Object.fromEntries(LOOPS.map(loop => [loop, { count: `\${inputs.n${loop}}` }])),
      element: { count: LIST_LENGTH },
    },
    producers: Object.fromEntries(producers),
  }
}

const conditionOf = (blueprint: RandomBlueprint, at: number, wanted: RandomRead) =>
  referenceOf(blueprint, at, { ...wanted, output: 'Facts.kind' })

function instancesOf({ extents }: RandomBlueprint, loops: readonly Loop[]): Indices[] {
  return loops.reduce<Indices[]>(
    (all, loop) =>
      all.flatMap(one => Array.from({ length: extents[loop] }, (_, index) => ({ ...one, [loop]: index }))),
    [{}],
  )
}

/** Every job with what it reads, by writing all instances out. */
export function naiveJobs(blueprint: RandomBlueprint): NaiveJob[] {
  return blueprint.producers.flatMap(({ loops, provider, reads, condition }, at) =>
    instancesOf(blueprint, loops).map(own => ({
      jobId: idOf(at, loops, own),
      producer: nameOf(at),
      provider,
      reads: (at === 0 ? [] : reads).map((wanted, number) =>
        naiveRead(blueprint, at, own, wanted, `x${number}`),
      ),
      condition:
        condition && at > 0
          ? naiveRead(blueprint, at, own, { ...condition, output: 'Facts.kind' }, 'when')
          : undefined,
    })),
  )
}

function naiveRead(
  blueprint: RandomBlueprint,
  consumer: number,
  own: Indices,
  wanted: RandomRead,
  name: string,
): NaiveRead {
  const { from, selectors, isOptional } = fitted(blueprint, consumer, wanted)
  const { loops } = blueprint.producers[from]!
  const named = instancesOf(blueprint, loops).filter(other =>
    selectors.every((how, dimension) => {
      const loop = loops[dimension]!
      if (how.type === 'all') return true
      return other[loop] === (how.type === 'fixed' ? how.index : own[loop]! + how.offset)
    }),
  )
  const [output, ...path] = wanted.output.split('.') as [NaiveRead['output'], ...string[]]
  return {
    name,
    jobIds: named.map(other => idOf(from, loops, other)),
    isFanIn: selectors.some(how => how.type === 'all'),
    isOptional,
    output,
    path,
  }
}

/** What a read gives when the artifacts are these; `undefined` when nothing is there. */
export function naiveValue(
  { jobIds, isFanIn, output, path }: NaiveRead,
  artifact: (id: string) => JsonValue | undefined,
): JsonValue | undefined {
  const of = (jobId: string): JsonValue[] => {
    const ids =
      output === 'List'
        ? Array.from({ length: LIST_LENGTH }, (_, index) => `${jobId}.List[${index}]`)
        : [`${jobId}.${output}`]
    return ids.flatMap(id => {
      let value = artifact(id)
      for (const key of path) value = (value as Record<string, JsonValue> | undefined)?.[key]
      return value === undefined ? [] : [value]
    })
  }
  if (isFanIn || output === 'List') return jobIds.flatMap(of)
  return jobIds.flatMap(of)[0]
}
