import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../dist/index.js'
import { Calls, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { rounds } from '../../support/rounds.js'

/*
 * Lists that jobs make, of which some are too short, too long or have a key twice, and elements whose jobs fail, against
 * what a reader of the docs expects: nothing is made of a list that its loop cannot run over, and everything else is.
 */

interface Item {
  readonly id: string
  readonly text: string
}
type Lists = readonly (readonly Item[])[]

const MIN = 1
const MAX = 3
const FAILING = 'x'

const item = fc.record({
  id: fc.constantFrom('p', 'q', 'r', 's', 't', 'u'),
  text: fc.constantFrom('a', 'b', 'c', 'd', FAILING),
})
const lists = fc.array(fc.array(item, { maxLength: MAX + 2 }), { minLength: 1, maxLength: 3 })

const blueprint = (isKeyed: boolean): BlueprintDefinition => ({
  name: 'bounded',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}' },
    item: { over: '${Make[row].Items}', min: MIN, max: MAX, ...(isKeyed && { key: '${item.id}' }) },
  },
  producers: {
    Make: { loop: 'row', provider: 'make', with: { items: '${row.items}' }, outputs: { Items: 'json' } },
    Say: {
      loop: ['row', 'item'],
      provider: 'say',
      retry: { attempts: 1 },
      with: { text: '${item.text}' },
      outputs: { Text: 'text' },
    },
    Cut: { loop: 'row', provider: 'cut', with: { said: '${Say[row][*].Text}' }, outputs: { Text: 'text' } },
  },
})

function expected(rows: Lists, isKeyed: boolean) {
  const values: Record<string, unknown> = {}
  const contents: string[] = []
  let failing = 0
  let isFailed = false
  for (const [row, items] of rows.entries()) {
    values[`Make[${row}].Items`] = items
    contents.push(`make ${JSON.stringify(items)}`)
    const hasTwice = isKeyed && new Set(items.map(({ id }) => id)).size < items.length
    if (items.length < MIN || items.length > MAX || hasTwice) {
      isFailed = true
      continue
    }
    for (const [at, { id, text }] of items.entries()) {
      if (text === FAILING) failing++
      else {
        values[`Say[${row}][${isKeyed ? id : at}].Text`] = `said ${text}`
        contents.push(`say ${text}`)
      }
    }
    if (items.some(({ text }) => text === FAILING)) continue
    const said = items.map(({ text }) => `said ${text}`).join()
    values[`Cut[${row}].Text`] = said
    contents.push(`cut ${said}`)
  }
  return { values, contents, failing, status: isFailed || failing > 0 ? 'failed' : 'succeeded' }
}

test(
  'of lists that a loop cannot run over nothing is made, and everything else is',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.constantFrom('layers' as const, 'dataflow' as const),
        fc.array(lists, { minLength: 1, maxLength: 3 }),
        async (isKeyed, schedule, editions) => {
          const calls = new Calls()
          const engine = await testEngine({
            store: 'memory:',
            providers: {
              make: calls.provider(({ inputs }) => ({ outputs: { Items: inputs.items as never } })),
              say: calls.provider(({ inputs }) => {
                if (inputs.text === FAILING) throw new Error('no')
                return { outputs: { Text: `said ${inputs.text}` } }
              }),
              cut: calls.provider(({ inputs }) => ({
                outputs: { Text: (inputs.said as string[]).join() },
              })),
            },
          })
          const known = new Set<string>()
          for (const rows of editions) {
            const { values, contents, failing, status } = expected(rows, isKeyed)
            const request = {
              blueprint: blueprint(isKeyed),
              inputs: { rows: rows.map(items => ({ items })) as never },
              schedule,
            }
            const result = await engine.run(request)
            expect(result.status).toBe(status)
            const fresh = new Set(contents.filter(content => !known.has(content)))
            expect(calls.take()).toHaveLength(fresh.size + failing)
            for (const content of fresh) known.add(content)
            const made = await valuesIn(engine, 'bounded')
            expect(Object.fromEntries(Object.keys(values).map(id => [id, made[id]]))).toEqual(values)
            expect((await engine.movie('bounded').verify()).isClean).toBe(true)
          }
          await engine.close()
        },
      ),
      { numRuns: rounds(25, 300) },
    )
  },
  rounds(180_000, 3_600_000),
)
