import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import { readMapping } from '../../diagnostics/read-shape.js'
import type { JsonObject } from '../../model/json.js'
import { PRODUCER_LIMIT } from '../blueprint-limits.js'
import { checkName } from './check-name.js'
import { compileLoopNames, compileOutputs } from './compile-outputs.js'
import type { ProducerOutline } from './name-table.js'

/** A producer before what it reads: its mapping, and what others may name of it. */
export interface OutlinedProducer extends ProducerOutline {
  readonly name: string
  /** `undefined`: it cannot be read. */
  readonly mapping: JsonObject | undefined
}

/** Names, loops and outputs of all producers. */
export function outlineProducers(
  book: MistakeBook,
  definition: JsonObject,
  loops: ReadonlyMap<string, unknown> | undefined,
): readonly OutlinedProducer[] {
  const read = readEntries(book, definition).map(([name, value]) => {
    checkName(book, 'producer', ['producers', name])
    return { name, mapping: readMapping(book, value, ['producers', name]) }
  })
  return read.map(({ name, mapping }) => ({
    name,
    mapping,
    loops: mapping && compileLoopNames(book, mapping, ['producers', name], loops),
    outputs: mapping && compileOutputs(book, name, mapping.outputs, loops),
  }))
}

function readEntries(book: MistakeBook, { producers }: JsonObject): [string, JsonObject[string]][] {
  if (producers === undefined) {
    book.add([], '"producers" is missing. A blueprint needs at least one producer.')
    return []
  }
  const mapping = readMapping(book, producers, ['producers'])
  if (!mapping) return []
  const entries = Object.entries(mapping)
  if (entries.length > 0 && entries.length <= PRODUCER_LIMIT) return entries
  book.add(
    ['producers'],
    entries.length === 0
      ? 'A blueprint needs at least one producer.'
      : `There are ${entries.length} producers; ${PRODUCER_LIMIT} are allowed. Use a loop over a table instead.`,
    undefined,
    'key',
  )
  return []
}
