import type { LoopSpec, ProducerSpec, Reference } from '../../blueprint/blueprint.js'
import { referencesIn } from '../../blueprint/reference/references-in.js'

type LoopSpecs = ReadonlyMap<string, Pick<LoopSpec, 'parents'>>

/**
 * Places in the producer's loops of those that nothing under `with` depends on: jobs that differ in them alone
 * get the same inputs, and are to make different things all the same.
 */
export function unreadLoops(producer: ProducerSpec, loops: LoopSpecs): number[] {
  const read = new Set<string>()
  for (const template of producer.with.values())
    for (const reference of referencesIn(template))
      for (const loop of loopsOf(reference, loops)) read.add(loop)
  return producer.loops.flatMap((loop, position) => (read.has(loop) ? [] : [position]))
}

function loopsOf(reference: Reference, loops: LoopSpecs): readonly string[] {
  switch (reference.type) {
    case 'input':
      return []
    case 'index':
      return [reference.loop]
    case 'element':
      // Which list an element is of, the loops around it decide.
      return [...loops.get(reference.loop)!.parents, reference.loop]
    case 'artifact':
      return [...reference.selectors, ...reference.outputSelectors].flatMap(selector =>
        selector.type === 'loop' ? [selector.loop] : [],
      )
  }
}

/** Whether jobs of one producer may get the same inputs without being variants: rows of a table may be equal. */
export function repeats(producer: ProducerSpec, loops: LoopSpecs): boolean {
  const references = [...producer.with.values()].flatMap(template => [...referencesIn(template)])
  const counted = new Set(
    references.flatMap(reference => (reference.type === 'index' ? [reference.loop] : [])),
  )
  const unread = unreadLoops(producer, loops)
  return producer.loops.some((loop, position) => !unread.includes(position) && !counted.has(loop))
}
