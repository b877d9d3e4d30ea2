import type { ElementReference, InputReference } from '../../blueprint/blueprint.js'
import { firstLackingRow, type RowList, rowAt, Table } from '../../blueprint/inputs/table.js'
import { didYouMean } from '../../diagnostics/nearest-name.js'
import { isJsonObject, type JsonValue } from '../../model/json.js'
import { type InputValues, inputPart } from '../geometry/extents.js'
import type { Family } from '../geometry/family.js'
import { allReferences } from './artifact-read.js'

/**
 * What the inputs lack although a producer reads it without `?`: a misspelt column would otherwise make a
 * hundred thousand empty prompts. One mistake a reference, with the first row where it is missing.
 */
export function missingValues(
  families: readonly Family[],
  inputs: InputValues,
  elements: ReadonlyMap<string, RowList>,
): string[] {
  return families.flatMap(({ producer, size }) => {
    if (size === 0) return []
    const mistakes: string[] = []
    for (const { reference, isOptional } of allReferences(producer)) {
      if (isOptional || (reference.type !== 'input' && reference.type !== 'element')) continue
      if (reference.type === 'input') {
        if (inputPart(inputs, reference) !== undefined) continue
        const value = inputs.get(reference.input)
        const where = `input "${reference.input}"`
        mistakes.push(mistakeOf(producer.name, reference, where, value instanceof Table ? undefined : value))
        continue
      }
      const rows = elements.get(reference.loop)!
      const at = firstLackingRow(rows, reference.path)
      if (at === undefined) continue
      const where = `row ${at + 1} of loop "${reference.loop}"${placeOf(rows, at)}`
      mistakes.push(mistakeOf(producer.name, reference, where, rowAt(rows, at)))
    }
    return mistakes
  })
}

function placeOf(rows: RowList, at: number): string {
  if (!(rows instanceof Table) || rows.source === undefined) return ''
  return ` (${rows.source.file}, line ${rows.lineOf(at)})`
}

function mistakeOf(
  producer: string,
  reference: InputReference | ElementReference,
  where: string,
  value: JsonValue | undefined,
): string {
  const wanted = reference.path[0]
  const isMisspelt = isJsonObject(value) && typeof wanted === 'string' && !Object.hasOwn(value, wanted)
  const hint = isMisspelt ? didYouMean(wanted, Object.keys(value)) : ''
  return `${producer} reads ${reference.source}, which ${where} does not have.${hint} If it may be absent, add "?" before the closing brace.`
}
