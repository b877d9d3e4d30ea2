import type { Family } from '../geometry/family.js'
import type { ListGrowth } from '../growth/list-growth.js'
import type { Edge } from './edge.js'
import type { Need } from './producer-layers.js'

/** Who needs whom among the producers: by what they read, and by the lists of their loops. */
export function needsOf(
  edges: readonly Edge[],
  families: readonly Family[],
  { loops }: Pick<ListGrowth, 'loops'>,
): Need[] {
  const needs = edges.map(({ consumer, producer }): Need => [consumer.index, producer.index])
  for (const { loop, maker } of loops)
    for (const { index, producer } of families)
      if (
        producer.loops.includes(loop.name) ||
        [...producer.outputs.values()].some(o => o.loops.includes(loop.name))
      )
        needs.push([index, maker.index])
  return needs
}
