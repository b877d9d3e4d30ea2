import type { LoopSpec } from '../../blueprint/blueprint.js'
import { type Expansion, expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { LoopLists } from '../../plan/geometry/loop-lists.js'
import { parentNames } from '../../plan/growth/parent-names.js'
import { accepts } from '../../plan/growth/until/accepts.js'
import { untilRules } from '../../plan/growth/until/until-rules.js'

interface RecordedTrials {
  readonly families: readonly Family[]
  readonly geometry: { readonly lists: ReadonlyMap<string, LoopLists> }
  readonly expansions: ReadonlyMap<string, Expansion>
  readonly loops: ReadonlyMap<string, LoopSpec>
}

/**
 * Which elements of a loop with `until` count, asked in their order: those that were accepted, and of each list no more
 * than were wanted. Undefined for any other loop.
 */
export function acceptedElements(
  { families, loops, geometry, expansions }: RecordedTrials,
  loop: LoopSpec,
  movie: MovieState,
): ((indices: readonly number[]) => boolean) | undefined {
  const rule = untilRules({ loops }, families).find(each => each.loop.name === loop.name)
  if (rule === undefined) return undefined
  const source = {
    endOf: (job: number) => endOf(movie, rule.family, job),
    hasArtifact: (slot: number) => movie.artifact(slot) !== undefined,
    artifactValue: (slot: number) => movie.artifact(slot)?.value,
  }
  const counts = new Map<string, number>()
  return indices => {
    const parents = indices.slice(0, -1)
    const job = rule.family.jobAt(indices)
    const key = expansionKey(loop.name, parentNames(geometry.lists, loop.name, parents))
    const count = counts.get(key) ?? 0
    if (job === -1 || count >= (expansions.get(key)?.accepted ?? Number.POSITIVE_INFINITY)) return false
    if (!accepts(rule, job, source)) return false
    counts.set(key, count + 1)
    return true
  }
}

/** What somebody has pinned counts without its job. */
function endOf(movie: MovieState, family: Family, job: number): 'made' | 'failed' {
  const state = movie.jobState(job)
  const hasMade = movie.artifact(family.blockOf(job).firstArtifactOf(job)) !== undefined
  return state === 'succeeded' || (state === 'unknown' && hasMade) ? 'made' : 'failed'
}
