import type { Plan } from '../../plan/plan.js'

/** First and last layer of each family's jobs, from 1. */
export function layerSpans({ families, layers }: Plan): (readonly [number, number])[] {
  return families.map(family => {
    let first = Number.POSITIVE_INFINITY
    let last = 0
    for (const { firstJob, size } of family.blocks)
      for (let job = firstJob; job < firstJob + size; job++) {
        const layer = layers.layerOf(job) + 1
        if (layer < first) first = layer
        if (layer > last) last = layer
      }
    return family.size === 0 ? [0, 0] : [first, last]
  })
}
