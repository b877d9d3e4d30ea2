import type { Geometry } from '../geometry/geometry.js'
import type { Layers } from '../plan.js'

/** A producer of the first family needs one of the second. Both by index. */
export type Need = readonly [consumer: number, producer: number]

/**
 * Where jobs become known during a run, a layer is one of producers: one more than the highest that it depends on.
 * Producers that read each other, along a loop that puts their jobs in order, share a layer.
 */
export function producerLayers(geometry: Geometry, needs: readonly Need[]): Layers {
  const { families } = geometry
  const circleOf = circles(families.length, needs)
  const layers = families.map(() => 0)
  // Each round gives at least one circle its last layer, so there are no more rounds than families.
  for (let round = 0, isMoving = true; isMoving && round < families.length; round++) {
    isMoving = false
    for (const [consumer, producer] of needs) {
      const isInside = circleOf[consumer] === circleOf[producer]
      const least = layers[producer]! + (isInside ? 0 : 1)
      if (layers[consumer]! >= least) continue
      layers[consumer] = least
      isMoving = true
    }
  }
  const sizes = new Int32Array(Math.max(0, ...layers.map(layer => layer + 1)))
  for (const family of families) sizes[layers[family.index]!]! += family.size
  const ofProducer = (family: number) => layers[family]!
  return { layerOf: job => ofProducer(geometry.blockOf(job).family), ofProducer, sizes }
}

/** For each producer, the first one that it reads and that reads it, near or far; itself when there is none. */
function circles(count: number, needs: readonly Need[]): number[] {
  const reaches = Array.from({ length: count }, () => new Set<number>())
  for (const [consumer, producer] of needs) reaches[consumer]!.add(producer)
  const reachable = reaches.map((_, start) => {
    const seen = new Set<number>()
    const open = [start]
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const producer of reaches[next]!)
        if (!seen.has(producer)) {
          seen.add(producer)
          open.push(producer)
        }
    return seen
  })
  return reachable.map((seen, own) => {
    const first = reachable.findIndex((others, other) => seen.has(other) && others.has(own))
    return first === -1 ? own : Math.min(first, own)
  })
}
