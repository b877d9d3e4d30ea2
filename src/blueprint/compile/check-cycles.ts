import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import { type Dependency, findCycles } from './find-cycles.js'

/** Producers must not wait for each other for ever. */
export function checkCycles(book: MistakeBook, dependencies: readonly Dependency[]): void {
  for (const cycle of findCycles(dependencies)) reportCycle(book, cycle)
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

/** `Picture → Sheet → Picture` */
function cycleText(cycle: readonly Dependency[]): string {
  return [...cycle.map(({ consumer }) => consumer), cycle[0]!.consumer].join(' → ')
}
