import type { Blueprint } from '../../blueprint/blueprint.js'
import type { MovieId } from '../../model/id.js'
import { movieId } from '../../model/movie-id.js'
import type { Provider } from '../../model/provider/provider.js'
import { createPlan } from '../../plan/create-plan.js'
import { resolveInputs } from '../../plan/inputs/resolve-inputs.js'
import type { Plan } from '../../plan/plan.js'
import type { SettingsOf } from '../../plan/up-to-date/settings-parts.js'
import { loadBlueprint } from '../config/load-blueprint.js'
import type { PlanRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { type RegenerateRequest, regenerateRequest } from '../operations/regenerate.js'
import { bindProducers } from '../provider/bind-producers.js'
import type { Binding } from '../provider/binding.js'

/** Everything a run or a preview needs to know before it looks at the movie. */
export interface PreparedPlan {
  readonly movieId: MovieId
  readonly plan: Plan
  /** By family. */
  readonly bindings: readonly Binding[]
  readonly settingsOf: SettingsOf
  readonly inlineProviders: ReadonlyMap<string, Provider>
  readonly regenerate: RegenerateRequest
  readonly isRegenerated: (job: number) => boolean
  readonly baseFolder: string
}

/**
 * @param change what is planned in place of the blueprint as it is written
 * @throws ShowrunnerError for an invalid blueprint, inputs, movie id, provider name or job to regenerate
 */
export async function preparePlan(
  parts: EngineParts,
  request: PlanRequest,
  change: (blueprint: Blueprint) => Blueprint = asWritten => asWritten,
): Promise<PreparedPlan> {
  const loaded = await loadBlueprint(request.blueprint)
  const { baseFolder } = loaded
  const blueprint = change(loaded.blueprint)
  const simulate = request.simulate ?? false
  const places = { ...loaded, configSource: parts.configSource, isSimulated: simulate }
  const { registry, byProducer } = await bindProducers(parts, blueprint, places)
  const plan = createPlan(blueprint, resolveInputs(blueprint, request.inputs ?? {}))
  const regenerate = regenerateRequest(plan, request.regenerate ?? [])
  return {
    // Simulated results must never be taken for real ones, so they get a movie of their own.
    movieId: movieId(
      request.movieId ?? (simulate ? `${blueprint.name.slice(0, 53)}-simulated` : blueprint.name),
    ),
    plan,
    bindings: plan.families.map(({ producer }) => byProducer.get(producer.name)!),
    settingsOf: producer => byProducer.get(producer.name)!,
    inlineProviders: registry.inlineProviders,
    regenerate,
    isRegenerated: job => regenerate.includes(job),
    baseFolder,
  }
}
