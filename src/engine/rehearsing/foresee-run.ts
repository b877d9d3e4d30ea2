import type { JsonValue } from '../../model/json.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { MovesInList } from '../../plan/identity/moves-in-list.js'
import type { Preview } from '../../plan/preview.js'
import { previewRun } from '../../plan/preview-run.js'
import type { PlannedAction } from '../../plan/up-to-date/planned-action.js'
import { ForeseenActions } from '../../rehearsal/create-rehearsal.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { loadLists } from '../planning/load-lists.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'

/** What a preview says of a run that is to be rehearsed. */
export interface ForeseenRun {
  /** Grown by the lists that are known, where the plan can grow: of no use for another run. */
  readonly prepared: PreparedPlan
  readonly movie: MovieState
  readonly preview: Preview
  readonly actions: ForeseenActions
  /** Large lists, by the hashes of their blobs. */
  readonly loaded: ReadonlyMap<string, JsonValue>
}

/** Judges every job of a run once, for all of its rehearsals. */
export async function foreseeRun(
  { store }: EngineParts,
  { upToLayer }: RehearseRequest,
  prepared: PreparedPlan,
  { movie, movesInList }: { readonly movie: MovieState; readonly movesInList: MovesInList | undefined },
): Promise<ForeseenRun> {
  const { plan, movieId, settingsOf, isRegenerated, until, subset } = prepared
  const loaded = await loadLists(store, movieId, plan, movie)
  const actions = new ForeseenActions(plan.geometry.jobSlots)
  const preview = previewRun(plan, movie, {
    settingsOf,
    isRegenerated,
    upToLayer,
    until,
    subset,
    loaded,
    movesInList,
    onAction: (job: number, action: PlannedAction) => actions.note(job, action, movie.slots),
  })
  return { prepared, movie, preview, actions, loaded }
}
