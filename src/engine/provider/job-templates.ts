import type { ProducerSpec } from '../../blueprint/blueprint.js'
import type { JobTemplate, ProviderCode } from '../../model/job.js'
import type { OutputRequest } from '../../model/provider/provider.js'
import type { Family } from '../../plan/geometry/family.js'
import { unreadLoops } from '../../plan/up-to-date/reuse-key.js'
import type { ResultCache } from '../../storage/cache/result-cache.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { builtinAt } from './builtin-modules.js'
import type { ProviderSource } from './provider-registry.js'

let lastTemplateId = 0

/** What all jobs of a producer share, by family index. */
export function jobTemplates(
  { plan, bindings }: Pick<PreparedPlan, 'plan' | 'bindings'>,
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
      provider: providerCode(provider.source, code),
      model,
      config,
      loops: producer.loops,
      outputs: outputRequests(family),
      timeoutMs,
      unreadLoops: unreadLoops(producer),
      ...(mayUse(cache, producer, provider.source) && { isReusable: true }),
    }
  })
}

function providerCode(source: ProviderSource, code: string | undefined): ProviderCode {
  const hash = code === undefined ? {} : { hash: code }
  if (source.type === 'inline') return { type: 'inline', name: source.name, ...hash }
  const builtin = builtinAt(source.specifier)?.name
  return { type: 'module', name: source.name, ...(builtin && { builtin }), ...hash }
}

function mayUse(cache: ResultCache | undefined, { reuse }: ProducerSpec, { type }: ProviderSource): boolean {
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
