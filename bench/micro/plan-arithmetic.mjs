import { blockEdge, forEachConsumer } from '../../dist/plan/dependencies/edge.js'
import { indicesOf } from '../../dist/plan/geometry/indices.js'
import { twoLayers } from '../support/engine.mjs'
import { planOf } from '../support/plan.mjs'

const JOBS = 1_000

/** Who needs a job: by index arithmetic, against lists of dependants that were written out before. */
export function planArithmetic() {
  const plan = planOf(JOBS, /** @type {any} */ (twoLayers))
  const edge = blockEdge(plan.edges[0])
  if (edge === undefined) throw new Error('expected families of one block')
  const { extents } = edge.from
  const dependants = new Map(Array.from({ length: JOBS }, (_, index) => [`Producer:Work[${index}]`, [index]]))
  const ids = [...dependants.keys()]
  let sum = 0
  const add = (/** @type {number} */ position) => {
    sum += position
  }
  return {
    name: 'plan arithmetic: consumers of a job',
    count: JOBS,
    against: 'a Map from ids to lists, already built',
    ours() {
      for (let job = 0; job < JOBS; job++) forEachConsumer(edge, indicesOf(job, extents), add)
      return sum
    },
    theirs() {
      for (const id of ids) for (const position of dependants.get(id) ?? []) add(position)
      return sum
    },
  }
}
