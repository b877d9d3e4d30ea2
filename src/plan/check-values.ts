import { isJsonObject, type JsonValue } from '../model/json.js'
import { nearestName } from '../model/nearest-name.js'
import { allReferences } from './artifact-read.js'
import type { ElementReference, InputReference } from './blueprint/blueprint.js'
import { type InputValues, valueAt } from './extents.js'
import type { Family } from './family.js'

/**
 * What the inputs lack although a producer reads it without `?`: a misspelt column would otherwise make a
 * hundred thousand empty prompts. One mistake a reference, with the first row that lacks it.
 */
export function missingValues(
  families: readonly Family[],
  inputs: InputValues,
  elements: ReadonlyMap<string, readonly JsonValue[]>,
): string[] {
  return families.flatMap(({ producer, size }) => {
    if (size === 0) return []
    const mistakes: string[] = []
    for (const { reference, isOptional } of allReferences(producer)) {
      if (isOptional || (reference.type !== 'input' && reference.type !== 'element')) continue
      const values =
        reference.type === 'input' ? [inputs.get(reference.input)] : elements.get(reference.loop)!
      const at = values.findIndex(value => valueAt(value, reference.path) === undefined)
      if (at !== -1) mistakes.push(describe(producer.name, reference, at, values[at]))
    }
    return mistakes
  })
}

function describe(
  producer: string,
  reference: InputReference | ElementReference,
  at: number,
  value: JsonValue | undefined,
): string {
  const where =
    reference.type === 'input' ? `input "${reference.input}"` : `row ${at + 1} of loop "${reference.loop}"`
  const wanted = reference.path[0]
  const nearest =
    isJsonObject(value) && typeof wanted === 'string' ? nearestName(wanted, Object.keys(value)) : undefined
  const hint = nearest === undefined || nearest === wanted ? '' : ` Did you mean "${nearest}"?`
  return `${producer} reads ${reference.source}, which ${where} does not have.${hint} If it may be absent, add "?" before the closing brace.`
}
