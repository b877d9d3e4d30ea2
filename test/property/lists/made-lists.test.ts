import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { rounds } from '../../support/rounds.js'

/*
 * The same blueprint twice: with lists that are inputs, and with lists that jobs make. What is made, why it is made or
 * left out, what is taken from before and what it costs must be the same.
 */

interface Item {
  readonly id: string
  readonly text: string
  readonly isIn: boolean
}

/** By row, its list. */
type Lists = readonly (readonly Item[])[]

interface Shape {
  readonly isKeyed: boolean
  readonly schedule: 'layers' | 'dataflow'
  readonly hasNeighbour: boolean
  readonly hasCondition: boolean
  readonly isSpread: boolean
  readonly isOptional: boolean
  /** Calls for this text fail. */
  readonly failing: string
  readonly lists: readonly Lists[]
}

const item = fc.record({
  id: fc.constantFrom('p', 'q', 'r', 's', 't'),
  text: fc.constantFrom('a', 'b', 'c', 'd'),
  isIn: fc.boolean(),
})
const lists = fc.array(fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 4 }), {
  minLength: 3,
  maxLength: 3,
})
const shape: fc.Arbitrary<Shape> = fc.record({
  isKeyed: fc.boolean(),
  schedule: fc.constantFrom('layers' as const, 'dataflow' as const),
  hasNeighbour: fc.boolean(),
  hasCondition: fc.boolean(),
  isSpread: fc.boolean(),
  isOptional: fc.boolean(),
  failing: fc.constantFrom('', '', 'd'),
  lists: fc.array(lists, { minLength: 1, maxLength: 3 }),
})

function definitionOf(shape: Shape, isMade: boolean): BlueprintDefinition {
  const mark = shape.isOptional ? '?' : ''
  return {
    name: 'twice',
    inputs: { rows: 'json' },
    loops: {
      row: { over: '${inputs.rows}' },
      item: {
        over: isMade ? '${Make[row].Items}' : '${row.items}',
        ...(isMade && { max: 4 }),
        ...(shape.isKeyed && { key: '${item.id}' }),
      },
    },
    producers: {
      // In both, so that its calls and its cost are the same: only the loop asks it or the input.
      Make: {
        loop: 'row',
        provider: 'make',
        with: { row: '${index.row}', items: '${row.items}' },
        outputs: { Items: 'json' },
      },
      Say: {
        loop: ['row', 'item'],
        provider: 'say',
        retry: { attempts: 1 },
        ...(shape.hasCondition && { when: { value: '${item.isIn}', is: true } }),
        with: {
          text: '${item.text}',
          ...(shape.hasNeighbour && { before: '${Say[row][item-1].Text?}' }),
        },
        outputs: { Text: 'text' },
      },
      Cut: {
        loop: 'row',
        provider: 'cut',
        with: { said: `\${Say[row][*].Text${mark}}` },
        outputs: { Text: shape.isSpread ? { type: 'text', loop: 'item' } : 'text' },
      },
      All: {
        provider: 'say',
        with: {
          text: 'all',
          said: `\${Say[*][*].Text${mark}}`,
          cuts: shape.isSpread ? '${Cut[*].Text[*]?}' : '${Cut[*].Text?}',
        },
        outputs: { Text: 'text' },
      },
    },
  }
}

class Side {
  readonly #engine: Engine
  readonly #calls: Calls
  readonly #blueprint: BlueprintDefinition

  private constructor(engine: Engine, calls: Calls, blueprint: BlueprintDefinition) {
    this.#engine = engine
    this.#calls = calls
    this.#blueprint = blueprint
  }

  static async open(shape: Shape, isMade: boolean): Promise<Side> {
    const calls = new Calls()
    const price = { costUsd: 0.01 }
    const engine = await testEngine({
      store: 'memory:',
      providers: {
        make: calls.provider(({ inputs }) => ({ outputs: { Items: inputs.items as never }, ...price })),
        say: calls.provider(({ inputs }) => {
          if (inputs.text === shape.failing) throw new Error('no')
          return { outputs: { Text: JSON.stringify(inputs) }, ...price }
        }),
        cut: calls.provider(({ inputs, outputs: { Text } }) => {
          const text = JSON.stringify(inputs)
          return {
            outputs: { Text: Text!.count === undefined ? text : Array(Text!.count).fill(text) },
            ...price,
          }
        }),
      },
    })
    return new Side(engine, calls, definitionOf(shape, isMade))
  }

  /** Everything that somebody could see of a run, but for when it happened. */
  async run(rows: Lists, schedule: Shape['schedule']) {
    const request = {
      blueprint: this.#blueprint,
      inputs: { rows: rows.map(items => ({ items })) },
      schedule,
    }
    const result = await this.#engine.run(request)
    const movie = this.#engine.movie('twice')
    const skipped: string[] = []
    for await (const { event } of movie.events())
      if (event.type === 'job.skipped') skipped.push(`${event.jobId} ${JSON.stringify(event.reason)}`)
    const plan = await this.#engine.plan(request)
    return {
      status: result.status,
      counts: result.counts,
      costUsd: result.costUsd,
      // Of jobs with the same inputs, the first that may start is the one that calls.
      calls: this.#calls
        .take()
        .map(job => job.replace(/\[.*/, ''))
        .sort(),
      skipped: skipped.sort(),
      values: await valuesIn(this.#engine, 'twice'),
      foreseen: plan.counts,
      isClean: (await movie.verify()).isClean,
    }
  }
}

const plain: Omit<Shape, 'lists'> = {
  isKeyed: false,
  schedule: 'layers',
  hasNeighbour: false,
  hasCondition: false,
  isSpread: false,
  isOptional: false,
  failing: '',
}
const only: Item = { id: 'p', text: 'a', isIn: false }

/** A job whose list has become empty, after others have taken the results of those that found it empty before. */
const nothingToMake: Shape = {
  ...plain,
  isSpread: true,
  lists: [
    [[], [only], []],
    [[], [], [only]],
  ],
}

test(
  'lists that jobs make lead to what the same lists as inputs lead to',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, async shape => {
        const [made, given] = [await Side.open(shape, true), await Side.open(shape, false)]
        for (const rows of shape.lists) {
          const theirs = await given.run(rows, shape.schedule)
          expect(await made.run(rows, shape.schedule)).toEqual(theirs)
          expect(theirs.isClean).toBe(true)
        }
      }),
      { numRuns: rounds(25, 200), examples: [[nothingToMake]] },
    )
  },
  rounds(180_000, 3_600_000),
)
