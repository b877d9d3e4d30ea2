import { ShowrunnerError } from '../model/error.js'
import type { JsonValue } from '../model/json.js'
import type { Blueprint, InputReference, JsonPath, LoopSpec } from './blueprint/blueprint.js'

/** Checked input values by name; an input without value and default has no entry. */
export type InputValues = ReadonlyMap<string, JsonValue>

/** Follows a path into a JSON value; `undefined` where it leads nowhere. */
export function valueAt(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let current: JsonValue | undefined = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    if (Array.isArray(current)) current = typeof step === 'number' ? current[step] : undefined
    else current = Object.hasOwn(current, step) ? current[step] : undefined
  }
  return current
}

/** How often each loop runs, by loop name. @throws ShowrunnerError `INPUT_INVALID` */
export function resolveExtents(blueprint: Blueprint, inputs: InputValues): ReadonlyMap<string, number> {
  return new Map([...blueprint.loops.values()].map(loop => [loop.name, extentOf(loop, inputs)]))
}

function extentOf(loop: LoopSpec, inputs: InputValues): number {
  if (loop.type === 'over') return elementsOf(loop, inputs).length
  if (typeof loop.count === 'number') return loop.count
  const value = inputValue(loop.count, inputs)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${loop.name}" counts to ${loop.count.source}, which is ${JSON.stringify(value)}. It must be a whole number from 0.`,
  )
}

/** The list that an `over` loop runs through. @throws ShowrunnerError `INPUT_INVALID` */
export function elementsOf(loop: LoopSpec & { type: 'over' }, inputs: InputValues): readonly JsonValue[] {
  const value = inputValue(loop.over, inputs)
  if (Array.isArray(value)) return value
  throw new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${loop.name}" runs over ${loop.over.source}, which is not a list. Give a list of values or objects.`,
  )
}

function inputValue(reference: InputReference, inputs: InputValues): JsonValue | undefined {
  return valueAt(inputs.get(reference.input), reference.path)
}
