import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Calls, testEngine } from '../../support/engine-fixture.js'
import { rounds } from '../../support/rounds.js'

/** How a list changes from one run to the next; numbers are taken modulo its length. */
type Edit =
  | { readonly type: 'insert'; readonly at: number; readonly text: string }
  | { readonly type: 'delete'; readonly at: number }
  | { readonly type: 'move'; readonly from: number; readonly to: number }
  | { readonly type: 'change'; readonly at: number; readonly text: string }
  | { readonly type: 'undo' }

interface Row {
  readonly id: string
  readonly text: string
}

const place = fc.nat(9)
const text = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const moving = [
  fc.record({ type: fc.constant('insert' as const), at: place, text }),
  fc.record({ type: fc.constant('delete' as const), at: place }),
  fc.record({ type: fc.constant('move' as const), from: place, to: place }),
  fc.record({ type: fc.constant('undo' as const) }),
]
const changing = fc.record({ type: fc.constant('change' as const), at: place, text })

/** The lists that a user has run, oldest first. */
function listsOf(first: readonly string[], edits: readonly Edit[]): Row[][] {
  let id = 0
  const rowOf = (text: string): Row => ({ id: `row ${id++}`, text })
  const lists = [first.map(rowOf)]
  for (const edit of edits) {
    const rows = [...lists.at(-1)!]
    const at = (number: number) => number % Math.max(1, rows.length)
    if (edit.type === 'insert') rows.splice(edit.at % (rows.length + 1), 0, rowOf(edit.text))
    else if (edit.type === 'delete') rows.splice(at(edit.at), 1)
    else if (edit.type === 'move' && rows.length > 0)
      rows.splice(at(edit.to), 0, ...rows.splice(at(edit.from), 1))
    else if (edit.type === 'change' && rows.length > 0)
      rows[at(edit.at)] = { ...rows[at(edit.at)]!, text: edit.text }
    lists.push(edit.type === 'undo' ? (lists.at(-2) ?? rows) : rows)
  }
  return lists
}

const blueprint = (key: string | undefined) => ({
  name: 'edited',
  inputs: { rows: 'table' as const },
  loops: { row: { over: '${inputs.rows}', ...(key && { key }) } },
  producers: {
    Say: { loop: 'row', provider: 'p', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
  },
})

async function open(key: string | undefined) {
  const calls = new Calls()
  const p = calls.provider(({ inputs }) => ({ outputs: { Text: `said ${inputs.text}` } }))
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  const run = async (rows: readonly Row[]) => {
    expect(await engine.run({ blueprint: blueprint(key), inputs: { rows } })).toMatchObject({
      status: 'succeeded',
    })
    return calls.take().length
  }
  return { engine, run }
}

describe.each([
  ['without a key', undefined],
  ['by key', '${row.id}'],
])('edits of a list %s', (_, key) => {
  test('cost a call for each text that was never there, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.array(fc.oneof(...moving, changing), { minLength: 1, maxLength: 6 }),
        async (first, edits) => {
          const { engine, run } = await open(key)
          const known = new Set<string>()
          for (const rows of listsOf(first, edits)) {
            const isNew = new Set(rows.map(row => row.text).filter(each => !known.has(each)))
            expect(await run(rows)).toBe(isNew.size)
            for (const each of isNew) known.add(each)
            for (const [at, row] of rows.entries())
              expect(await engine.movie('edited').output('Say', at)).toEqual({ Text: `said ${row.text}` })
          }
          await engine.close()
        },
      ),
      { numRuns: rounds(25, 150) },
    )
  })

  test('leave what is pinned with its row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text, { minLength: 1, maxLength: 6 }),
        place,
        fc.array(fc.oneof(...moving), { minLength: 1, maxLength: 6 }),
        async (first, pin, edits) => {
          const { engine, run } = await open(key)
          const [before, ...lists] = listsOf(first, edits)
          await run(before!)
          const row = before![pin % before!.length]!
          const id = `Say[${key ? JSON.stringify(row.id) : pin % before!.length}].Text`
          await engine.movie('edited').edit(id, 'kept')
          for (const rows of lists) {
            await run(rows)
            const kept = []
            for (const [at, { id }] of rows.entries()) {
              const made = await engine.movie('edited').output('Say', at)
              if (made?.Text === 'kept') kept.push(id)
            }
            expect(kept).toEqual(rows.filter(({ id }) => id === row.id).map(({ id }) => id))
          }
          await engine.close()
        },
      ),
      { numRuns: rounds(25, 150) },
    )
  })
})
