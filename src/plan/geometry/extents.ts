import type { Blueprint, InputReference, LoopSpec } from '../../blueprint/blueprint.js'
import { type RowList, Table } from '../../blueprint/inputs/table.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { valueAt } from '../../model/json/value-at.js'
import type { JsonValue } from '../../model/json.js'

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

/** How often each loop runs, by loop name. @throws ShowrunnerError `INPUT_INVALID` */
export function resolveExtents(blueprint: Blueprint, inputs: InputValues): ReadonlyMap<string, number> {
  return new Map([...blueprint.loops.values()].map(loop => [loop.name, extentOf(loop, inputs)]))
}

function extentOf(loop: LoopSpec, inputs: InputValues): number {
  if (loop.type === 'over') return elementsOf(loop, inputs).length
  if (typeof loop.count === 'number') return loop.count
  const value = inputPart(inputs, loop.count)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${loop.name}" counts to ${loop.count.source}, which is ${JSON.stringify(value)}. It must be a whole number from 0.`,
  )
}

/** The list that an `over` loop runs through. @throws ShowrunnerError `INPUT_INVALID` */
export function elementsOf(loop: LoopSpec & { type: 'over' }, inputs: InputValues): RowList {
  const whole = inputs.get(loop.over.input)
  if (whole instanceof Table && loop.over.path.length === 0) return whole
  const value = inputPart(inputs, loop.over)
  if (Array.isArray(value)) return value
  throw new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${loop.name}" runs over ${loop.over.source}, which is not a list. Give a list of values or objects.`,
  )
}
