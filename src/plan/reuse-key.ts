import { referencesIn } from './artifact-read.js'
import type { ProducerSpec, Reference } from './blueprint/blueprint.js'

/**
 * Places in the producer's loops of those that nothing under `with` depends on: jobs that differ in them alone
 * get the same inputs, and are to make different things all the same.
 */
export function unreadLoops(producer: ProducerSpec): number[] {
  const read = new Set<string>()
  for (const template of producer.with.values())
    for (const reference of referencesIn(template)) for (const loop of loopsOf(reference)) read.add(loop)
  return producer.loops.flatMap((loop, position) => (read.has(loop) ? [] : [position]))
}

function loopsOf(reference: Reference): readonly string[] {
  switch (reference.type) {
    case 'input':
      return []
    case 'index':
    case 'element':
      return [reference.loop]
    case 'artifact':
      return [...reference.selectors, ...reference.outputSelectors].flatMap(selector =>
        selector.type === 'loop' ? [selector.loop] : [],
      )
  }
}
