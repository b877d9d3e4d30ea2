import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileBlueprint } from '../../../src/blueprint/compile/compile-blueprint.js'
import type { Table } from '../../../src/blueprint/inputs/table.js'
import { firstLackingRow, firstScalarRow, rowPart } from '../../../src/blueprint/inputs/table.js'
import { TableBuilder } from '../../../src/blueprint/inputs/table-builder.js'
import type { JsonValue } from '../../../src/model/json.js'
import { createPlan } from '../../../src/plan/create-plan.js'
import { resolveInputs } from '../../../src/plan/inputs/resolve-inputs.js'

function tableOf(rows: readonly JsonValue[]): Table {
  const builder = new TableBuilder()
  for (const [at, row] of rows.entries()) builder.addValue(row, at + 1)
  return builder.build()
}

const names = fc.constantFrom('a', 'b', 'title', '1', '0', 'ü', '"', 'toString')
const values = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }).map(value => JSON.parse(JSON.stringify(value)) as JsonValue),
)
const rowObjects = fc.dictionary(names, values, { noNullPrototype: true })
const lists = fc.array(fc.oneof({ weight: 9, arbitrary: rowObjects }, { weight: 1, arbitrary: values }), {
  maxLength: 40,
}) as fc.Arbitrary<JsonValue[]>

describe('a table', () => {
  it('is the list of its rows, whatever they hold', () => {
    fc.assert(
      fc.property(lists, rows => {
        const table = tableOf(rows)
        expect(table.length).toBe(rows.length)
        expect(table.toList()).toEqual(rows)
        expect([...table.jsonTexts()]).toEqual(rows.map(row => JSON.stringify(row)))
        expect(firstScalarRow(table)).toBe(firstScalarRow(rows))
        for (const path of [[], ['a'], ['1'], ['title', 0], ['missing'], [0]]) {
          expect(firstLackingRow(table, path)).toBe(firstLackingRow(rows, path))
          for (const row of rows.keys()) expect(rowPart(table, row, path)).toEqual(rowPart(rows, row, path))
        }
      }),
    )
  })

  it('keeps a column of any name, also one that objects have themselves', () => {
    const rows = [JSON.parse('{"a":1,"__proto__":{"b":2},"constructor":"x"}') as JsonValue]
    const [row] = tableOf(rows).toList()
    expect(JSON.stringify(row)).toBe(JSON.stringify(rows[0]))
    expect(rowPart(tableOf(rows), 0, ['b'])).toBeUndefined()
  })

  it('keeps rows of many different names', () => {
    const rows = Array.from({ length: 12_000 }, (_, at) => ({
      [`n${at}`]: at,
      id: 'x',
      ...(at % 2 && { [`m${at}`]: 1 }),
    }))
    const table = tableOf(rows)
    expect(table.toList()).toEqual(rows)
    expect(firstLackingRow(table, ['id'])).toBeUndefined()
    expect(firstLackingRow(table, ['n3'])).toBe(0)
    expect(firstLackingRow(table, ['n11999'])).toBe(0)
  })

  it('keeps rows larger than a block, and those around them', () => {
    const rows = [
      { a: 'x' },
      { a: 'ü'.repeat(3_000_000) },
      { a: 'y' },
      { a: 'z'.repeat(1_500_000) },
      { a: '' },
    ]
    expect(tableOf(rows).toList()).toEqual(rows)
  })

  it('plans, hashes and refuses as its list does', () => {
    const blueprint = compileBlueprint({
      name: 'rows',
      inputs: { rows: { type: 'table' }, all: { type: 'json' } },
      loops: { row: { over: '${inputs.rows}' } },
      producers: {
        Line: {
          loop: 'row',
          provider: 'template',
          with: { row: '${row}', text: '${row.a} of ${inputs.all[1].a}', all: '${inputs.all}' },
          config: { template: 'x' },
          outputs: { Out: 'text' },
        },
      },
    })
    const rows = Array.from({ length: 2_345 }, (_, at) => ({ b: at, a: `text ${at}`, '7': null }))
    const plan = (list: unknown) => createPlan(blueprint, resolveInputs(blueprint, { rows: list, all: list }))
    expect(plan(tableOf(rows)).hash).toBe(plan(rows).hash)
    const scalar = [{ a: 1 }, 5]
    for (const list of [scalar, tableOf(scalar)])
      expect(() => plan(list)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })
})
