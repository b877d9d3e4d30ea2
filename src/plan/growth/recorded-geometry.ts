import type { Expansion } from '../../model/movie/expansion.js'
import { forEachParents } from '../geometry/for-each-parents.js'
import { Geometry } from '../geometry/geometry.js'
import type { Plan } from '../plan.js'
import { growAsRecorded } from './grow-as-recorded.js'

/** The jobs that a plan would have with the lists of last time: what somebody can name before a run makes its lists. */
export function recordedGeometry(
  { blueprint, geometry: { lists } }: Pick<Plan, 'blueprint' | 'geometry'>,
  expansions: ReadonlyMap<string, Expansion>,
): Geometry {
  const geometry = new Geometry(blueprint.producers.values(), blueprint.loops.values())
  for (const loop of blueprint.loops.values())
    if (!loop.isGrown)
      forEachParents(lists, loop, parents => {
        const list = lists.get(loop.name)!.at(parents)
        if (list !== undefined) geometry.know(loop.name, parents, list)
      })
  geometry.layOut()
  growAsRecorded(geometry, blueprint.loops, expansions)
  return geometry
}
