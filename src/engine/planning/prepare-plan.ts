import type { Blueprint } from '../../blueprint/blueprint.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { movieId } from '../../model/movie-id.js'
import { createPlan } from '../../plan/create-plan.js'
import { createPlannedJobs } from '../../plan/geometry/create-planned-jobs.js'
import { recordedGeometry } from '../../plan/growth/recorded-geometry.js'
import { resolveInputs } from '../../plan/inputs/resolve-inputs.js'
import { planUntil } from '../../plan/subset/plan-until.js'
import { requestedSubset } from '../../plan/subset/requested-subset.js'
import { loadBlueprint } from '../config/load-blueprint.js'
import type { PlanRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { regenerateRequest } from '../operations/regenerate.js'
import { bindProducers } from '../provider/bind-producers.js'
import type { Binding } from '../provider/binding.js'
import type { PreparedPlan } from './prepared-plan.js'

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
  const modelsOf = (producer: string) => {
    const binding = byProducer.get(producer)!
    return [binding, ...binding.spares].map(
      ({ byModel }) => byModel && { modelOf: byModel.modelOf, models: [...byModel.bindings.keys()] },
    )
  }
  const plan = createPlan(blueprint, resolveInputs(blueprint, request.inputs ?? {}), modelsOf)
  const recorded = plan.geometry.canGrow
    ? ({ expansions }: MovieState) => createPlannedJobs(recordedGeometry(plan, expansions))
    : undefined
  const until = planUntil(plan, request.until)
  const regenerate = regenerateRequest(plan, request.regenerate ?? [], recorded)
  return {
    // Simulated results must never be taken for real ones, so they get a movie of their own.
    movieId: movieId(
      request.movieId ?? (simulate ? `${blueprint.name.slice(0, 53)}-simulated` : blueprint.name),
    ),
    plan,
    bindings: byTarget(plan.families.map(({ producer }) => byProducer.get(producer.name)!)),
    settingsOf: producer => byProducer.get(producer.name)!,
    inlineProviders: registry.inlineProviders,
    until,
    subset: requestedSubset(plan, request, until),
    regenerate,
    isRegenerated: job => regenerate.includes(job),
    baseFolder,
  }
}

/** In the order of a plan's targets: those that are asked first, then all others, then the models that jobs name. */
const byTarget = (first: readonly Binding[]): Binding[] => [
  ...first,
  ...first.flatMap(({ spares }) => spares),
  ...first
    .flatMap(binding => [binding, ...binding.spares])
    .flatMap(({ byModel }) => [...(byModel?.bindings.values() ?? [])]),
]
