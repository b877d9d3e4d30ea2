import type { RunOptions } from '../../coordinator/run-options.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { serviceOf } from '../provider/binding.js'

/** The options of a run and of its rehearsal. */
export function runOptions(
  parts: EngineParts,
  request: RehearseRequest,
  prepared: PreparedPlan,
): RunOptions & { readonly services: readonly ProviderModel[] } {
  return {
    movieId: prepared.movieId,
    schedule: request.schedule ?? 'layers',
    concurrency: request.concurrency ?? parts.concurrency,
    failFast: request.failFast ?? false,
    stop: request.stop ?? prepared.plan.blueprint.stop ?? parts.stop,
    outageWaitMs: request.outageWaitMs,
    upToLayer: request.upToLayer,
    until: prepared.until,
    subset: prepared.subset,
    isRegenerated: prepared.isRegenerated,
    settingsOf: prepared.settingsOf,
    services: prepared.bindings.map(serviceOf),
  }
}
