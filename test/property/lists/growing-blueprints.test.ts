import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { rounds } from '../../support/rounds.js'

/*
 * Random blueprints whose lists are made by jobs inside of lists that are made by jobs, against a plain recursive
 * evaluator: what is made, and how many calls an edit of the lists takes.
 */

/** An element of a list, with the lists inside it. */
interface Node {
  readonly id: string
  readonly text: string
  readonly isIn: boolean
  readonly kids: readonly Node[]
}

/** How the jobs of one level are. */
interface Level {
  readonly isKeyed: boolean
  /** Only the innermost one: a number instead of a list. */
  readonly isCount: boolean
  readonly hasCondition: boolean
  readonly hasNeighbour: boolean
  /** Reads all results of the level inside. */
  readonly hasFanIn: boolean
}

interface Shape {
  /** The loops, outermost first; the first one's list is made as well. */
  readonly levels: readonly Level[]
  readonly schedule: 'layers' | 'dataflow'
  readonly concurrency: number
  /** The list of the first level, by run. */
  readonly editions: readonly (readonly Node[])[]
  /** Calls of the first run after which it is cancelled; undefined: it is not. */
  readonly cancelAfter: number | undefined
}

const MAX = 3
const DEPTH = 3

const nodesAt = (depth: number): fc.Arbitrary<readonly Node[]> =>
  fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('p', 'q', 'r', 's'),
      text: fc.constantFrom('a', 'b', 'c'),
      isIn: fc.boolean(),
      kids: depth === 1 ? fc.constant([]) : nodesAt(depth - 1),
    }),
    { selector: ({ id }) => id, maxLength: MAX },
  )

const level: fc.Arbitrary<Level> = fc.record({
  isKeyed: fc.boolean(),
  isCount: fc.boolean(),
  hasCondition: fc.boolean(),
  hasNeighbour: fc.boolean(),
  hasFanIn: fc.boolean(),
})

const shape: fc.Arbitrary<Shape> = fc.record({
  levels: fc
    .array(level, { minLength: 1, maxLength: DEPTH })
    .map(levels =>
      levels.map((each, at) => ({ ...each, isCount: each.isCount && at === levels.length - 1 })),
    ),
  schedule: fc.constantFrom('layers' as const, 'dataflow' as const),
  concurrency: fc.constantFrom(1, 4),
  editions: fc.array(nodesAt(DEPTH), { minLength: 2, maxLength: 4 }),
  cancelAfter: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
})

const loopsTo = (depth: number) => Array.from({ length: depth + 1 }, (_, at) => `l${at}`)
const bracketsTo = (depth: number) =>
  loopsTo(depth)
    .map(name => `[${name}]`)
    .join('')

function definitionOf({ levels }: Shape): BlueprintDefinition {
  const loops: Record<string, object> = {}
  const producers: Record<string, object> = {}
  for (const [depth, { isKeyed, isCount, hasCondition, hasNeighbour, hasFanIn }] of levels.entries()) {
    const loop = `l${depth}`
    const around = depth === 0 ? '' : bracketsTo(depth - 1)
    const source = `\${Make${depth}${around}.List}`
    loops[loop] = isCount
      ? { count: source, max: MAX }
      : { over: source, max: MAX, expect: 2, ...(isKeyed && { key: `\${${loop}.id}` }) }
    const isOf = depth === 0 ? {} : { loop: loopsTo(depth - 1) }
    // Reads something of each loop around it: of those that differ in nothing that they read, all would run.
    const texts = (upTo: number) =>
      Object.fromEntries(
        loopsTo(upTo).map((name, at) => [
          name,
          levels[at]!.isCount ? `\${index.${name}}` : `\${${name}.text}`,
        ]),
      )
    producers[`Make${depth}`] = {
      ...isOf,
      provider: 'make',
      with: {
        who: `make ${depth}`,
        ...(depth > 0 && texts(depth - 1)),
        list: depth === 0 ? '${inputs.list}' : `\${l${depth - 1}.kids}`,
      },
      outputs: { List: isCount ? 'number' : 'json' },
    }
    const inner = levels[depth + 1]
    producers[`Work${depth}`] = {
      loop: loopsTo(depth),
      provider: 'work',
      ...(hasCondition && !isCount && { when: { value: `\${${loop}.isIn}`, is: true } }),
      with: {
        who: `work ${depth}`,
        ...texts(depth),
        ...(hasNeighbour && { before: `\${Work${depth}${around}[${loop}-1].Text?}` }),
        ...(hasFanIn && inner && { inside: `\${Work${depth + 1}${bracketsTo(depth)}[*].Text}` }),
      },
      outputs: { Text: 'text' },
    }
  }
  producers.All = {
    provider: 'work',
    with: { who: 'all', works: `\${Work0[*].Text}`, all: allOf(levels.length - 1) },
    outputs: { Text: 'text' },
  }
  return { name: 'growing', inputs: { list: 'json' }, loops, producers } as BlueprintDefinition
}

const allOf = (depth: number) => `\${Work${depth}${'[*]'.repeat(depth + 1)}.Text}`

/** What is made, by id without `Producer:`, and what each job is given, by producer. */
class Evaluator {
  readonly values: Record<string, unknown> = {}
  /** Contents of the jobs that are made. */
  readonly contents = new Set<string>()
  readonly #levels: readonly Level[]
  /** By level, what its jobs have made, in their order. */
  readonly #texts: string[][]

  constructor({ levels }: Shape, list: readonly Node[]) {
    this.#levels = levels
    this.#texts = levels.map(() => [])
    const works = this.#list(0, list, [], {})
    const all = this.#texts[levels.length - 1]!
    this.#work('All', { who: 'all', works, all })
  }

  /** @returns what the jobs of its elements have made */
  #list(depth: number, list: readonly Node[], names: readonly string[], texts: object): readonly string[] {
    const { isCount, isKeyed, hasCondition, hasNeighbour, hasFanIn } = this.#levels[depth]!
    const brackets = names.map(name => `[${name}]`).join('')
    this.#made(`Make${depth}${brackets}.List`, isCount ? list.length : list, {
      who: `make ${depth}`,
      ...texts,
      list,
    })
    const made: string[] = []
    let before: string | undefined
    const levelTexts = this.#texts[depth]!
    for (const [index, node] of list.entries()) {
      const own = [...names, isKeyed && !isCount ? node.id : String(index)]
      const ownTexts = { ...texts, [`l${depth}`]: isCount ? index : node.text }
      const inside =
        depth + 1 < this.#levels.length ? this.#list(depth + 1, node.kids, own, ownTexts) : undefined
      if (hasCondition && !isCount && !node.isIn) {
        before = undefined
        continue
      }
      const text = this.#work(`Work${depth}${own.map(name => `[${name}]`).join('')}`, {
        who: `work ${depth}`,
        ...ownTexts,
        ...(hasNeighbour && before !== undefined && { before }),
        ...(hasFanIn && inside && { inside }),
      })
      before = text
      made.push(text)
      levelTexts.push(text)
    }
    return made
  }

  #work(job: string, inputs: object): string {
    const text = textOf(inputs)
    this.#made(`${job}.Text`, text, inputs)
    return text
  }

  #made(artifact: string, value: unknown, inputs: object): void {
    this.values[artifact] = value
    this.contents.add(textOf(inputs))
  }
}

/** The same for the same inputs, in whatever order their fields come; short, however long they are. */
function textOf(inputs: object): string {
  const text = JSON.stringify(inputs, (_, value) => (isObject(value) ? sorted(value) : value))
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return `${(inputs as { who: string }).who} ${hash}`
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

function providersOf(calls: Calls, made: Set<string>, onCall: () => void) {
  const call = (inputs: object) => {
    onCall()
    made.add(textOf(inputs))
  }
  return {
    make: calls.provider(({ inputs, outputs }) => {
      call(inputs)
      const list = inputs.list as unknown[]
      return { outputs: { List: outputs.List!.type === 'number' ? list.length : list } as never }
    }),
    work: calls.provider(({ inputs }) => {
      call(inputs)
      return { outputs: { Text: textOf(inputs) } }
    }),
  }
}

test(
  'random growing blueprints make what a plain evaluator makes, and call for what is new',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, async shape => {
        const calls = new Calls()
        const called = new Set<string>()
        let onCall = () => {}
        const engine: Engine = await testEngine({
          store: await newStore('memory'),
          concurrency: shape.concurrency,
          providers: providersOf(calls, called, () => onCall()),
        })
        const request = (list: readonly Node[]) => ({
          blueprint: definitionOf(shape),
          inputs: { list: list as never },
          schedule: shape.schedule,
        })
        const before = new Set<string>()
        for (const [edition, list] of shape.editions.entries()) {
          const expected = new Evaluator(shape, list)
          const fresh = [...expected.contents].filter(content => !before.has(content))
          if (edition === 0 && shape.cancelAfter !== undefined) {
            let left = shape.cancelAfter
            const cancelled = engine.run(request(list))
            onCall = () => {
              if (left-- === 0) cancelled.cancel()
            }
            await cancelled
            onCall = () => {}
          }
          const result = await engine.run(request(list))
          expect(result.status).toBe('succeeded')
          const now: Record<string, unknown> = {}
          for (const [id, value] of Object.entries(await valuesIn(engine, 'growing')))
            if (id in expected.values) now[id] = value
          expect(now).toEqual(expected.values)
          // What is new is called for, and nothing else is, or twice; a call that was cancelled is made again.
          expect(new Set(fresh)).toEqual(new Set([...called].filter(content => !before.has(content))))
          const count = calls.take().length
          if (edition > 0 || shape.cancelAfter === undefined) expect(count).toBe(fresh.length)
          else expect(count).toBeLessThanOrEqual(fresh.length + shape.concurrency)
          for (const content of fresh) before.add(content)
          const again = await engine.run(request(list))
          expect([again.counts.succeeded, calls.take()]).toEqual([0, []])
        }
        expect((await engine.movie('growing').verify()).findings).toEqual([])
      }),
      { numRuns: rounds(25, 400) },
    )
  },
  rounds(180_000, 3_600_000),
)
