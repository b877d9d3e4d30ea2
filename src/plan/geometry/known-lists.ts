import type { Blueprint, ListReference, LoopSpec } from '../../blueprint/blueprint.js'
import { rowPart, Table } from '../../blueprint/inputs/table.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JsonValue } from '../../model/json.js'
import { type InputValues, inputPart } from '../inputs/input-part.js'
import { wantedCount } from '../inputs/wanted-count.js'
import { forEachParents } from './for-each-parents.js'
import type { Geometry } from './geometry.js'
import type { LoopLists } from './loop-lists.js'
import { readList } from './read-list.js'

/** Fills in the lists that the inputs say. @throws ShowrunnerError `INPUT_INVALID` */
export function fillKnownLists(geometry: Geometry, blueprint: Blueprint, inputs: InputValues): void {
  const mistakes: string[] = []
  const outermostFirst = [...blueprint.loops.values()].sort((a, b) => a.parents.length - b.parents.length)
  for (const loop of outermostFirst) {
    if (loop.until !== undefined) {
      // So many are needed in any case. What follows depends on them.
      const length = wantedCount(loop, inputs)
      const tried = { starts: [0], isOpen: true }
      if (length > 0)
        forEachParents(geometry.lists, loop, parents => geometry.know(loop.name, parents, { length, tried }))
      else forEachParents(geometry.lists, loop, parents => geometry.know(loop.name, parents, NOTHING_WANTED))
    }
    if (loop.isGrown) continue
    forEachParents(geometry.lists, loop, parents => {
      const reading = readList(loop, valueFor(geometry.lists, loop, parents, inputs))
      if ('fault' in reading) throw invalid(loop, reading.fault, parents)
      if ('mistake' in reading) mistakes.push(`${reading.mistake}${inside(parents)}`)
      else geometry.know(loop.name, parents, reading.list)
    })
  }
  if (mistakes.length > 0) throw new ShowrunnerError('INPUT_INVALID', mistakes.join('\n'))
}

const NOTHING_WANTED = { length: 0, tried: { starts: [], isOpen: false, accepted: [] } }

const inside = (parents: readonly number[]): string =>
  parents.length === 0 ? '' : ` (inside element ${parents.map(index => index + 1).join('.')})`

/** What a loop has its list from: a number, a part of an input, or a part of an element of a loop around it. */
export function valueFor(
  lists: ReadonlyMap<string, LoopLists>,
  loop: LoopSpec,
  parents: readonly number[],
  inputs: InputValues,
): JsonValue | Table | undefined {
  const source = sourceOf(loop)
  if (typeof source === 'number') return source
  if (source.type === 'input') {
    const whole = inputs.get(source.input)
    return whole instanceof Table && source.path.length === 0 ? whole : inputPart(inputs, source)
  }
  if (source.type !== 'element') return undefined
  // The loop around it is the last of its parents, and that one's own parents stand before.
  const around = lists.get(source.loop)!.at(parents.slice(0, -1))
  return around?.elements && rowPart(around.elements, parents.at(-1)!, source.path)
}

export const sourceOf = (loop: LoopSpec): number | ListReference =>
  loop.type === 'over' ? loop.over : loop.count

function invalid(loop: LoopSpec, fault: string, parents: readonly number[]): ShowrunnerError {
  const source = sourceOf(loop)
  const what = loop.type === 'over' ? 'runs over' : 'counts to'
  const advice = loop.type === 'over' ? ' Give a list of values or objects.' : ''
  return new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${loop.name}" ${what} ${typeof source === 'number' ? source : source.source}, which ${fault}${inside(parents)}.${advice}`,
  )
}
