import type { InputReference } from '../../blueprint/blueprint.js'
import { Table } from '../../blueprint/inputs/table.js'
import { type JsonValue, valueAt } from '../../model/json.js'

/** Checked input values by name; an input without value and default has no entry. */
export type InputValues = ReadonlyMap<string, JsonValue | Table>

/** A part of an input; `undefined` where the path leads nowhere. */
export function inputPart(inputs: InputValues, { input, path }: InputReference): JsonValue | undefined {
  const value = inputs.get(input)
  if (!(value instanceof Table)) return valueAt(value, path)
  const [row, ...rest] = path
  if (row === undefined) return value.toList()
  return typeof row === 'number' ? value.part(row, rest) : undefined
}
