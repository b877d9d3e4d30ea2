import { expect, it } from 'vitest'
import type { BlueprintDefinition } from '../../../src/blueprint/blueprint-schema.js'
import type { JsonValue } from '../../../src/model/json.js'
import { planOf } from '../../support/blueprint/blueprints.js'

const captions = (value: string): BlueprintDefinition => ({
  name: 'captions',
  inputs: { rows: 'table' },
  loops: { place: { over: '${inputs.rows}' } },
  producers: { Caption: { loop: 'place', provider: 'p', with: { value }, outputs: { Text: 'text' } } },
})
const rows: JsonValue = [
  { name: 'Oslo', notes: { tide: 'high' } },
  { name: 'Bergen', notes: {} },
]

it('refuses a column that the table does not have, with the nearest name', () => {
  expect(() => planOf(captions('${place.nme}'), { rows })).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(/row 1 .*"name"/) }),
  )
})

it('names the first row that lacks a field', () => {
  expect(() => planOf(captions('tide: ${place.notes.tide}'), { rows })).toThrow(/row 2 of loop "place"/)
})

it('takes what is there, and what may be absent', () => {
  expect(planOf(captions('${place.name}'), { rows }).jobCount).toBe(2)
  expect(planOf(captions('${place.nme?}'), { rows }).jobCount).toBe(2)
  expect(planOf(captions('${place.nme}'), { rows: [] }).jobCount).toBe(0)
})
