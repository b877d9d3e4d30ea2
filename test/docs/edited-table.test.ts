import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Calls, runAll, testEngine } from '../support/engine-fixture.js'

/** docs/blueprint/loops.md says what each of these edits costs, with and without a key. */

interface Row {
  readonly id: string
  readonly name: string
  readonly note: string
}

const ROWS: readonly Row[] = Array.from({ length: 20 }, (_, at) => ({
  id: `k${at}`,
  name: `name ${(at * 7) % 20}`,
  note: 'x',
}))
const changed: readonly Row[] = ROWS.with(3, { ...ROWS[3]!, name: 'another' })

/** What was run before, and what is run then; where that says nothing else, all rows have been run. */
const EDITS: Readonly<Record<string, readonly [...(readonly Row[])[], readonly Row[]]>> = {
  'insert a row on top': [ROWS, [{ id: 'new', name: 'new', note: 'x' }, ...ROWS]],
  'delete a row': [ROWS, ROWS.slice(1)],
  'move a row to the end': [ROWS, [...ROWS.slice(1), ROWS[0]!]],
  'sort the table': [ROWS, [...ROWS].sort((a, b) => (a.name < b.name ? -1 : 1))],
  'split a row in two': [
    ROWS,
    ROWS.flatMap((row, at) =>
      at === 5
        ? [
            { ...row, name: 'one half' },
            { ...row, id: 'k5b', name: 'other half' },
          ]
        : row,
    ),
  ],
  'change a cell that jobs read': [ROWS, changed],
  'change a column that nobody reads': [ROWS, ROWS.map(row => ({ ...row, note: 'y' }))],
  'rename a key': [ROWS, ROWS.with(3, { ...ROWS[3]!, id: 'renamed' })],
  'undo a change': [ROWS, changed, ROWS],
  'double a row': [ROWS, ROWS.toSpliced(4, 0, { ...ROWS[3]!, id: 'double' })],
}

const blueprint = (key: string | undefined) => ({
  name: 'edited',
  inputs: { rows: 'table' as const },
  loops: { row: { over: '${inputs.rows}', ...(key && { key }) } },
  producers: {
    Say: { loop: 'row', provider: 'p', with: { name: '${row.name}' }, outputs: { Text: 'text' } },
  },
})

test('what edits of a table cost is what the docs say', async () => {
  const page = await readFile(new URL('../../docs/blueprint/loops.md', import.meta.url), 'utf8')
  const table = page.slice(page.indexOf('| the next run, after you |')).split('\n\n')[0]!
  const told = table
    .split('\n')
    .slice(2)
    .map(line => line.split('|').map(cell => cell.trim()))
  const calls = new Calls()
  const p = calls.provider(({ inputs }) => ({ outputs: { Text: `said ${inputs.name}` } }))
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  let count = 0
  /** Calls of the last of these runs. */
  const costOf = async (lists: readonly (readonly Row[])[], key?: string) => {
    const movieId = `edited-${count++}`
    for (const rows of lists) {
      calls.take()
      await runAll(engine, { blueprint: blueprint(key), movieId, inputs: { rows } })
    }
    for (const [at, { name }] of lists.at(-1)!.entries())
      expect(await engine.movie(movieId).output('Say', at)).toEqual({ Text: `said ${name}` })
    return calls.take().length
  }
  const found: unknown[] = []
  for (const [edit, lists] of Object.entries(EDITS)) {
    const known = new Set(lists.slice(0, -1).flatMap(rows => rows.map(({ name }) => name)))
    const fresh = lists.at(-1)!.filter(({ name }) => !known.has(name)).length
    const costs = [await costOf(lists, '${row.id}'), await costOf(lists)]
    found.push(['', edit, String(fresh), ...costs.map(String), ''])
  }
  expect(told).toEqual(found)
}, 120_000)
