import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import { readMapping } from '../../diagnostics/read-shape.js'
import type { JsonObject } from '../../model/json.js'
import type { ProducerSpec } from '../blueprint.js'
import { PRODUCER_LIMIT } from '../blueprint-limits.js'
import { cycleText, type Dependency, findCycles } from './check-cycles.js'
import { checkName } from './check-name.js'
import { compileLoopNames, compileOutputs } from './compile-outputs.js'
import { compileProducer } from './compile-producer.js'
import type { NameTable } from './name-table.js'

/** All producers: first their names, loops and outputs, then what reads them, then how they wait for each other. */
export function compileProducers(
  book: MistakeBook,
  definition: JsonObject,
  known: Pick<NameTable, 'inputs' | 'loops'>,
): ReadonlyMap<string, ProducerSpec> {
  const entries = readEntries(book, definition)
  const mappings = entries.map(([name, value]) => {
    checkName(book, 'producer', ['producers', name])
    return [name, readMapping(book, value, ['producers', name])] as const
  })
  const names: NameTable = {
    ...known,
    producers: new Map(
      mappings.map(([name, mapping]) => [
        name,
        {
          loops: mapping && compileLoopNames(book, mapping, ['producers', name], known.loops),
          outputs: mapping && compileOutputs(book, name, mapping.outputs, known.loops),
        },
      ]),
    ),
  }
  const dependencies: Dependency[] = []
  const specs = mappings.flatMap(([name, mapping]) =>
    mapping ? [[name, compileProducer(book, names, name, mapping, dependencies)] as const] : [],
  )
  for (const cycle of findCycles(dependencies)) reportCycle(book, cycle)
  return new Map(specs)
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

function reportCycle(book: MistakeBook, cycle: readonly Dependency[]): void {
  const { path, offset, reference } = cycle[0]!
  const what = cycle.length === 1 ? 'A job would wait for itself' : 'These producers wait for each other'
  const reads = cycle.map(each => `${each.consumer} reads ${each.reference.source}`).join(', ')
  const loop = reference.selectors.find(selector => selector.type === 'loop')?.loop ?? 'page'
  book.add(
    path,
    `${what}: ${cycleText(cycle)} (${reads}). Break the circle, or let every reference in it look the same way along one loop, such as [${loop}-1].`,
    undefined,
    offset,
  )
}
