import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Engine } from '../../../dist/index.js'
import { Calls, newStore, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { madeFrom, type NaiveRun, naiveRun } from '../../support/identity/naive-run.js'
import {
  type Action,
  firstRows,
  type Item,
  rewritten,
  type Shape,
  type Step,
  shape,
  steps,
  type Written,
  written,
} from '../../support/identity/random-movie.js'
import { blueprintOf } from '../../support/identity/written-blueprint.js'
import { rounds } from '../../support/rounds.js'

/**
 * Random blueprints, and whatever a user does to their table, their settings and what they have made: a run calls its
 * provider once for each content that was never made, and makes what a new movie would have.
 */
class Movie {
  readonly #calls = new Calls()
  readonly #shape: Shape
  readonly #store: string
  readonly #kept = new Map<string, string>()
  readonly #known = new Set<string>()
  readonly #history: Written[]
  #engine!: Engine
  #last: NaiveRun | undefined

  constructor(shape: Shape, store: string, first: Written) {
    this.#shape = shape
    this.#store = store
    this.#history = [first]
  }

  async open(): Promise<void> {
    await this.#engine?.close()
    this.#engine = await engineOn(this.#store, this.#calls)
  }

  async close(): Promise<void> {
    const { findings } = await this.#engine.movie('drawn').verify()
    expect(findings).toEqual([])
    await this.#engine.close()
  }

  async act(action: Action): Promise<void> {
    const before = this.#history.at(-1)!
    if (action.type === 'undo') this.#history.push(this.#history.at(-2) ?? before)
    else if (action.type === 'edit' || action.type === 'pin' || action.type === 'unpin')
      await this.#keep(action)
    else this.#history.push(rewritten(before, action))
  }

  /** Keys tell to which element it belongs; without them, see the tests of edits of lists. */
  async #keep({ type, at }: Extract<Action, { type: 'edit' | 'pin' | 'unpin' }>): Promise<void> {
    if (!this.#shape.isKeyed) return
    const texts = [...(this.#last?.values ?? [])].filter(([name]) => name.startsWith('P'))
    const names = type === 'unpin' ? [...this.#kept.keys()] : texts.map(([name]) => name)
    if (names.length === 0) return
    const name = names[at % names.length]!
    const movie = this.#engine.movie('drawn')
    if (type === 'unpin') {
      await movie.unpin(`Producer:${name}`)
      this.#kept.delete(name)
      return
    }
    if (type === 'edit') await movie.edit(`Producer:${name}`, `mine ${at}`)
    else await movie.pin(`Producer:${name}`)
    const value = type === 'edit' ? `mine ${at}` : String(this.#last!.values.get(name))
    // What is pinned already keeps its value.
    if (type === 'edit' || !this.#kept.has(name)) this.#kept.set(name, value)
  }

  async run(): Promise<void> {
    const now = this.#history.at(-1)!
    const expected = naiveRun(this.#shape, now, this.#kept)
    const fresh = [...expected.contents].filter(content => !this.#known.has(content))
    const request = requestOf(this.#shape, now)
    const plan = await this.#engine.plan(request)
    const result = await this.#engine.run(request)
    expect(result.status).toBe('succeeded')
    const calls = this.#calls.take()
    expect({ count: calls.length, calls }).toEqual({ count: fresh.length, calls })
    if (fresh.length === 0) expect(plan.counts.run).toBe(0)
    for (const content of fresh) this.#known.add(content)
    await this.#expectValues(this.#engine, expected)
    expect(await this.#engine.run(request)).toMatchObject({ counts: { succeeded: 0, failed: 0 } })
    expect(this.#calls.take()).toEqual([])
    this.#last = expected
  }

  /** A new movie of the same makes the same. */
  async expectAsFresh(): Promise<void> {
    if (this.#kept.size > 0) return
    const engine = await engineOn(await newStore('memory'), new Calls())
    await engine.run(requestOf(this.#shape, this.#history.at(-1)!))
    await this.#expectValues(engine, this.#last!)
    const fresh = await valuesIn(engine, 'drawn')
    expect([...Object.keys(fresh)].sort()).toEqual([...this.#last!.values.keys()].sort())
    await engine.close()
  }

  async #expectValues(engine: Engine, { values }: NaiveRun): Promise<void> {
    const made = await valuesIn(engine, 'drawn')
    const found = Object.fromEntries([...values.keys()].map(name => [name, made[name]]))
    expect(found).toEqual(Object.fromEntries(values))
  }
}

const requestOf = (shape: Shape, now: Written) => ({
  blueprint: blueprintOf(shape, now),
  inputs: { rows: now.rows as never, tone: now.tone },
  schedule: shape.schedule,
})

const engineOn = (store: string, calls: Calls): Promise<Engine> =>
  testEngine({
    store,
    providers: {
      list: calls.provider(({ inputs }) => ({ outputs: { Items: inputs.items as never } })),
      p: calls.provider(({ inputs, outputs }) => ({
        outputs: Object.fromEntries(Object.keys(outputs).map(name => [name, madeFrom(inputs, name)])),
      })),
    },
  })

/** Variants that are equal all the same: each has a result of its own, also one that is undone from the manifest. */
const variantsAlike: [Shape, { text: string; isIn: boolean; items: Item[] }[], Step[]] = [
  {
    isKeyed: false,
    isMade: false,
    schedule: 'layers',
    producers: [{ level: 2, reads: [], isVariant: true, hasCondition: true }],
  },
  [{ text: 'a', isIn: false, items: ['one', 'two'].map(id => ({ id, text: 'a', isIn: true })) }],
  [
    { actions: [{ type: 'condition', in: 0, at: 0 }], isReopened: false },
    { actions: [{ type: 'output', at: 0 }], isReopened: false },
    { actions: [{ type: 'output', at: 0 }], isReopened: false },
  ],
]

/** Of lists that jobs make, an output that is added and taken away. */
const madeVariant: typeof variantsAlike = [
  { ...variantsAlike[0], isMade: true },
  [{ text: 'a', isIn: false, items: [{ id: 'one', text: 'a', isIn: true }] }],
  variantsAlike[2].slice(1),
]

/** An output that was edited and is no more does not keep the rest of what its job makes then from being found again. */
const editedAndLeftOut: typeof variantsAlike = [
  { ...variantsAlike[0], producers: [{ level: 0, reads: [], isVariant: true, hasCondition: false }] },
  [],
  [
    { actions: [{ type: 'output', at: 0 }], isReopened: false },
    { actions: [{ type: 'edit', at: 3 }, { type: 'undo' }], isReopened: false },
    { actions: [{ type: 'output', at: 0 }], isReopened: false },
    { actions: [{ type: 'output', at: 0 }], isReopened: false },
  ],
]

/** Of two equal elements one is edited: what was made for the other is there for a third. */
const editedTwin: typeof variantsAlike = [
  {
    isKeyed: true,
    isMade: false,
    schedule: 'layers',
    producers: [{ level: 2, reads: [], isVariant: false, hasCondition: false }],
  },
  [{ text: 'a', isIn: false, items: ['one', 'two'].map(id => ({ id, text: 'b', isIn: false })) }],
  [
    { actions: [{ type: 'edit', at: 1 }], isReopened: false },
    { actions: [{ type: 'insert', in: 0, at: 0 }], isReopened: false },
  ],
]

test(
  'a run calls for what was never made, and for nothing else',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, firstRows, steps, async (shape, rows, steps) => {
        const movie = new Movie(shape, await newStore('memory'), written(rows, shape))
        await movie.open()
        await movie.run()
        for (const { actions, isReopened } of steps) {
          for (const action of actions) await movie.act(action)
          if (isReopened) await movie.open()
          await movie.run()
        }
        await movie.expectAsFresh()
        await movie.close()
      }),
      // The checks try the same cases each time; long rounds draw others.
      {
        seed: rounds(7, Date.now()),
        numRuns: rounds(40, 500),
        examples: [variantsAlike, madeVariant, editedAndLeftOut, editedTwin],
      },
    )
  },
  rounds(600_000, 7_200_000),
)
