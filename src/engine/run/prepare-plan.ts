import type { Blueprint, ProducerSpec } from '../../blueprint/blueprint.js'
import { type MovieId, movieId } from '../../model/id.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { resolveInputs } from '../../plan/inputs/resolve-inputs.js'
import { createPlan, type Plan } from '../../plan/plan.js'
import type { SettingsOf } from '../../plan/up-to-date/job-resolver.js'
import { readPaths } from '../../plan/values/read-paths.js'
import { loadBlueprint } from '../config/load-blueprint.js'
import type { PlanRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { type RegenerateRequest, regenerateRequest } from '../operations/regenerate.js'
import { checkSettings } from '../provider/check-settings.js'
import type { CodeIdentities } from '../provider/code-identity.js'
import { createProviderRegistry, type ProviderRegistry } from '../provider/provider-registry.js'

/** Everything a run or a preview needs to know before it looks at the movie. */
export interface PreparedPlan {
  readonly movieId: MovieId
  readonly plan: Plan
  readonly registry: ProviderRegistry
  readonly settingsOf: SettingsOf
  /** A producer's config over its provider's. */
  configOf(producer: ProducerSpec): JsonObject
  /** Tells the code of a producer's provider from what it was. */
  codeOf(producer: ProducerSpec): string | undefined
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
  const registry = createProviderRegistry({ ...parts.providers, simulate })
  const real = simulate ? createProviderRegistry(parts.providers) : registry
  await checkSettings(blueprint, real, { ...loaded, configSource: parts.configSource, isSimulated: simulate })
  const codes = await codesOf(blueprint.producers.values(), registry, parts.codeIdentities, baseFolder)
  const plan = createPlan(blueprint, resolveInputs(blueprint, request.inputs ?? {}))
  const regenerate = regenerateRequest(plan, request.regenerate ?? [])
  const reads = simulate ? readPaths(blueprint) : undefined
  const configOf = (producer: ProducerSpec): JsonObject => {
    const { config } = registry.resolve(producer.provider)
    const own = { ...config, ...producer.config }
    const { standsIn } = config
    return isJsonObject(standsIn)
      ? { ...own, standsIn: { ...standsIn, reads: reads?.get(producer.name) ?? {} } }
      : own
  }
  return {
    // Simulated results must never be taken for real ones, so they get a movie of their own.
    movieId: movieId(
      request.movieId ?? (simulate ? `${blueprint.name.slice(0, 53)}-simulated` : blueprint.name),
    ),
    plan,
    registry,
    settingsOf: producer => {
      const provider = registry.resolve(producer.provider)
      return {
        name: simulate ? `simulate ${producer.provider}` : producer.provider,
        model: producer.model ?? provider.model,
        config: configOf(producer),
        code: codes.get(producer.name),
      }
    },
    configOf,
    codeOf: producer => codes.get(producer.name),
    regenerate,
    isRegenerated: job => regenerate.includes(job),
    baseFolder,
  }
}

async function codesOf(
  producers: Iterable<ProducerSpec>,
  registry: ProviderRegistry,
  identities: CodeIdentities,
  baseFolder: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const codes = [...producers].map(async producer => {
    const provider = registry.resolve(producer.provider)
    return [producer.name, await identities.of(producer, provider, baseFolder)] as const
  })
  return new Map(await Promise.all(codes))
}
