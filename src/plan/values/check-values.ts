import type { Blueprint, ElementReference, InputReference, LoopSpec } from '../../blueprint/blueprint.js'
import { firstLackingRow, type RowList, rowAt, Table } from '../../blueprint/inputs/table.js'
import { didYouMean } from '../../diagnostics/nearest-name.js'
import { isJsonObject, type JsonPath, type JsonValue } from '../../model/json.js'
import { forEachParents } from '../geometry/for-each-parents.js'
import type { Geometry } from '../geometry/geometry.js'
import type { LoopLists } from '../geometry/loop-lists.js'
import { type InputValues, inputPart } from '../inputs/input-part.js'
import { allReferences } from './artifact-read.js'

/**
 * What the inputs lack although a producer reads it without `?`: a misspelt column would otherwise make a
 * hundred thousand empty prompts. One mistake a reference, with the first row where it is missing.
 */
export function missingValues(
  { families, lists }: Geometry,
  { loops }: Blueprint,
  inputs: InputValues,
): string[] {
  return families.flatMap(({ producer, size }) => {
    if (size === 0) return []
    const mistakes: string[] = []
    for (const { reference, isOptional } of allReferences(producer)) {
      if (isOptional || (reference.type !== 'input' && reference.type !== 'element')) continue
      const lack =
        reference.type === 'input' ? lackOfInput(inputs, reference) : lackOfElement(lists, loops, reference)
      if (lack) mistakes.push(mistakeOf(producer.name, reference, lack.where, lack.value))
    }
    return mistakes
  })
}

/** Where a value is missing, and what is there. */
interface Lack {
  readonly where: string
  readonly value: JsonValue | undefined
}

function lackOfInput(inputs: InputValues, reference: InputReference): Lack | undefined {
  if (inputPart(inputs, reference) !== undefined) return undefined
  const value = inputs.get(reference.input)
  return { where: `input "${reference.input}"`, value: value instanceof Table ? undefined : value }
}

function lackOfElement(
  lists: ReadonlyMap<string, LoopLists>,
  loops: ReadonlyMap<string, LoopSpec>,
  reference: ElementReference,
): Lack | undefined {
  const loop = loops.get(reference.loop)!
  // What a producer makes is looked at when it is there.
  const lacking = loop.isGrown ? undefined : firstLacking(lists, loop, reference.path)
  if (lacking === undefined) return undefined
  const { rows, at, parents } = lacking
  const inside = parents.length === 0 ? '' : ` inside element ${parents.map(index => index + 1).join('.')}`
  return {
    where: `row ${at + 1} of loop "${reference.loop}"${inside}${placeOf(rows, at)}`,
    value: rowAt(rows, at),
  }
}

interface Lacking {
  readonly rows: RowList
  readonly at: number
  readonly parents: readonly number[]
}

function firstLacking(
  lists: ReadonlyMap<string, LoopLists>,
  loop: LoopSpec,
  path: JsonPath,
): Lacking | undefined {
  let found: Lacking | undefined
  forEachParents(lists, loop, parents => {
    const rows = found === undefined ? lists.get(loop.name)!.at(parents)?.elements : undefined
    const at = rows && firstLackingRow(rows, path)
    if (rows !== undefined && at !== undefined) found = { rows, at, parents }
  })
  return found
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
