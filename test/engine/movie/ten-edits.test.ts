import { expect, test } from 'vitest'
import { Calls, runAll, testEngine } from '../../support/engine-fixture.js'

interface Row {
  readonly id: string
  readonly text: string
  readonly notes: string
}

const rowOf = (id: string): Row => ({ id, text: `text of ${id}`, notes: 'none' })
const table = ['c', 'a', 'd', 'b'].map(rowOf)
const [c, a, d, b] = table as [Row, Row, Row, Row]
const byId = (left: Row, right: Row) => (left.id < right.id ? -1 : 1)

/** The table, what becomes of it, and the rows whose content is new. Steps in between are run first. */
const edits: readonly (readonly [string, readonly (readonly Row[])[], number])[] = [
  ['a row on top', [[rowOf('x'), ...table]], 1],
  ['a row less', [[c, d, b]], 0],
  ['a row elsewhere', [[b, c, a, d]], 0],
  ['another order', [table.toSorted(byId)], 0],
  [
    'a part of the rows, and then the others',
    [
      [c, a],
      [d, b],
    ],
    0,
  ],
  ['a column that is read', [[c, { ...a, text: 'new' }, d, b]], 1],
  ['a column that nobody reads', [table.map(row => ({ ...row, notes: 'some' }))], 0],
  ['another key', [[c, { ...a, id: 'z' }, d, b]], 0],
  ['a change that is undone', [[c, { ...a, text: 'new' }, d, b], table], 1],
  ['a row twice', [[c, a, { ...a, id: 'a2' }, d, b]], 0],
]

test.each(
  edits.flatMap(([name, steps, count]) => [
    ['with a key', name, steps, count] as const,
    ['without', name, steps, count] as const,
  ]),
)('%s: %s costs a call for each row whose content is new', async (how, _, steps, count) => {
  const calls = new Calls()
  const p = calls.provider(({ inputs }) => ({ outputs: { Text: `said ${inputs.text}` } }))
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  const blueprint = {
    name: 'edited',
    inputs: { rows: 'table' as const },
    loops: { row: { over: '${inputs.rows}', ...(how === 'with a key' && { key: '${row.id}' }) } },
    producers: {
      Say: { loop: 'row', provider: 'p', with: { text: '${row.text}' }, outputs: { Text: 'text' as const } },
    },
  }
  await runAll(engine, { blueprint, inputs: { rows: table } })
  calls.take()
  for (const rows of steps) await runAll(engine, { blueprint, inputs: { rows } })
  expect(calls.take()).toHaveLength(count)
  for (const [at, { text }] of steps.at(-1)!.entries())
    expect(await engine.movie('edited').output('Say', at)).toEqual({ Text: `said ${text}` })
  await engine.close()
})
