import { ShowrunnerError } from '../../model/error/error.js'
import type { Geometry } from '../geometry/geometry.js'
import type { JobTracker, Layers } from '../plan.js'

/**
 * A job's layer is one more than the highest layer it depends on (Kahn's algorithm: jobs come off the queue
 * in the order of their layers, so the last dependency to complete is the highest).
 */
export function assignLayers(geometry: Geometry, tracker: JobTracker): Layers {
  const { families, jobCount } = geometry
  const layers = new Int32Array(jobCount)
  const queue = new Int32Array(jobCount)
  let tail = 0
  for (const job of tracker.initiallyReady()) queue[tail++] = job
  for (let head = 0; head < tail; head++) {
    const job = queue[head]!
    tracker.complete(families[geometry.blockOf(job).family]!, job, ready => {
      layers[ready] = layers[job]! + 1
      queue[tail++] = ready
    })
  }
  if (tail < jobCount)
    throw new ShowrunnerError(
      'BLUEPRINT_INVALID',
      `${jobCount - tail} jobs wait for each other in a cycle. Break the cycle with an offset such as [page-1] on one reference.`,
    )
  const layerCount = jobCount === 0 ? 0 : layers[queue[jobCount - 1]!]! + 1
  const sizes = new Int32Array(layerCount)
  for (const layer of layers) sizes[layer]!++
  return { layerOf: job => layers[job]!, sizes }
}
