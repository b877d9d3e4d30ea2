import type { ProducerSpec } from '../../blueprint/blueprint.js'
import type { JobTemplate, ProviderSource } from '../../model/job.js'
import type { OutputRequest } from '../../model/provider/provider.js'
import type { Family } from '../../plan/geometry/family.js'
import { unreadLoops } from '../../plan/up-to-date/reuse-key.js'
import type { ResultCache } from '../../storage/cache/result-cache.js'
import type { PreparedPlan } from '../run/prepare-plan.js'

let lastTemplateId = 0

/** What all jobs of a producer share, by family index. */
export function jobTemplates(
  { plan, bindings, baseFolder }: Pick<PreparedPlan, 'plan' | 'bindings' | 'baseFolder'>,
  movieId: string,
  cache: ResultCache | undefined,
): JobTemplate[] {
  return plan.families.map(family => {
    const { producer } = family
    const { provider, model, config, timeoutMs, code } = bindings[family.index]!
    return {
      templateId: ++lastTemplateId,
      movieId,
      producer: producer.name,
      provider: provider.source,
      model,
      config,
      baseFolder,
      loops: producer.loops,
      outputs: outputRequests(family),
      timeoutMs,
      unreadLoops: unreadLoops(producer),
      ...(code !== undefined && { code }),
      ...(mayUse(cache, producer, provider.source) && { cacheUrl: cache.url }),
    }
  })
}

function mayUse(
  cache: ResultCache | undefined,
  { reuse }: ProducerSpec,
  { type }: ProviderSource,
): cache is ResultCache {
  return cache !== undefined && reuse && (type === 'inline' || cache.isReachableFromThreads)
}

function outputRequests(family: Family): Record<string, OutputRequest> {
  return Object.fromEntries(
    family.outputs.map(({ spec, count }) => [
      spec.name,
      spec.loops.length > 0 ? { type: spec.type, count } : { type: spec.type },
    ]),
  )
}
