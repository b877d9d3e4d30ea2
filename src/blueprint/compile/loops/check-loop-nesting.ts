import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { ArtifactReference, LoopSpec } from '../../blueprint.js'
import type { Dependency } from '../find-cycles.js'
import type { NameTable, ProducerOutline } from '../name-table.js'

/** A loop whose lists depend on another one stands inside of it. */
export function checkLoopNesting(
  book: MistakeBook,
  name: string,
  { loops, outputs }: ProducerOutline,
  specs: NameTable['loops'],
): void {
  if (loops === undefined || specs === undefined) return
  const path = ['producers', name]
  for (const [at, loop] of loops.entries()) {
    const parents = specs.get(loop)?.parents ?? []
    const outer = loops.slice(0, at)
    if (parents.every(parent => outer.includes(parent))) continue
    const order = [...parents, ...loops.filter(each => !parents.includes(each))]
    book.add(
      [...path, 'loop'],
      `Loop "${loop}" has a list for each ${parents.join(', ')}, so ${name} must run in ${parents.length === 1 ? 'that loop' : 'those loops'} as well, further out. Write loop: [${order.join(', ')}].`,
    )
  }
  for (const output of outputs?.values() ?? [])
    for (const loop of output.loops ?? []) {
      if (specs.get(loop)?.until !== undefined) {
        book.add(
          [...path, 'outputs', output.name, 'loop'],
          `An output cannot be spread over loop "${loop}", which is as long as it takes. Let ${name} run in it.`,
        )
        continue
      }
      const parents = specs.get(loop)?.parents ?? []
      const missing = parents.filter(parent => !loops.includes(parent))
      if (missing.length === 0) continue
      book.add(
        [...path, 'outputs', output.name, 'loop'],
        `Loop "${loop}" has a list for each ${parents.join(', ')}, so an output can be spread over it only where its producer runs in ${missing.join(', ')}. Add ${missing.join(', ')} to the loops of ${name}.`,
      )
    }
}

/** A producer waits for the lists of its loops, and of those that its outputs are spread over. */
export function listDependencies(
  name: string,
  { loops = [], outputs }: ProducerOutline,
  specs: NameTable['loops'],
): Dependency[] {
  const all = new Set([...loops, ...[...(outputs?.values() ?? [])].flatMap(output => output.loops ?? [])])
  return [...all].flatMap(loop => {
    const reference = listMadeBy(specs?.get(loop))
    return reference ? [{ consumer: name, reference, path: ['loops', loop], offset: 0 }] : []
  })
}

/** Who reads all that is accepted in a loop waits for what decides it. */
export function untilDependencies(
  dependencies: readonly Dependency[],
  { producers, loops }: NameTable,
): Dependency[] {
  return dependencies.flatMap(dependency => {
    const { reference } = dependency
    const own = producers.get(reference.producer)?.loops ?? []
    return reference.selectors.flatMap((selector, at) => {
      const spec = selector.type === 'all' ? loops?.get(own[at] ?? '') : undefined
      if (spec?.until === undefined || spec.until.producer === reference.producer) return []
      const selectors = [...spec.parents, spec.name].map(() => ({ type: 'all' }) as const)
      return [{ ...dependency, reference: { ...reference, producer: spec.until.producer, selectors } }]
    })
  })
}

/** The artifact that a loop has its list from. */
function listMadeBy(spec: LoopSpec | undefined): ArtifactReference | undefined {
  const source = spec?.type === 'over' ? spec.over : spec?.count
  return typeof source === 'object' && source.type === 'artifact' ? source : undefined
}
