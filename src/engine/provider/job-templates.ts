import type { LoopSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import type { JobTemplate, ProviderCode } from '../../model/job.js'
import type { OutputRequest } from '../../model/provider/provider.js'
import type { OutputShape } from '../../plan/geometry/block.js'
import type { Family } from '../../plan/geometry/family.js'
import { unreadLoops } from '../../plan/up-to-date/unread-loops.js'
import type { ResultCache } from '../../storage/cache/result-cache.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { builtinAt } from './builtin-modules.js'
import type { ProviderSource } from './provider-registry.js'

let lastTemplateId = 0

/** What all jobs of a producer share that the same provider answers, by target. */
export function jobTemplates(
  { plan, bindings }: Pick<PreparedPlan, 'plan' | 'bindings'>,
  movieId: string,
  cache: ResultCache | undefined,
): JobTemplate[] {
  return bindings.map(({ producer, provider, model, config, timeoutMs, code }, target) => {
    const family = plan.families[plan.targets.familyOf(target)]!
    return {
      templateId: ++lastTemplateId,
      movieId,
      producer: producer.name,
      provider: providerCode(provider.source, code),
      model,
      config,
      loops: producer.loops,
      outputs: outputRequests(outputsOf(family)),
      timeoutMs,
      unreadLoops: unreadLoops(producer, plan.blueprint.loops),
      keylessLoops: keylessLoops(producer, plan.blueprint.loops),
      ...(producer.check && { check: producer.check }),
      ...(mayUse(cache, producer, provider.source) && { isReusable: true }),
    }
  })
}

/** Jobs that share no results are told apart by their positions alone. */
function keylessLoops(producer: ProducerSpec, loops: ReadonlyMap<string, LoopSpec>): readonly number[] {
  if (!producer.reuse) return []
  const unread = unreadLoops(producer, loops)
  return producer.loops.flatMap((name, at) => {
    const loop = loops.get(name)!
    return unread.includes(at) || loop.type === 'count' || loop.key !== undefined ? [] : [at]
  })
}

function providerCode(source: ProviderSource, code: string | undefined): ProviderCode {
  const hash = code === undefined ? {} : { hash: code }
  if (source.type === 'inline') return { type: 'inline', name: source.name, ...hash }
  const builtin = builtinAt(source.specifier)?.name
  return { type: 'module', name: source.name, ...(builtin && { builtin }), ...hash }
}

type RequestedOutput = Pick<OutputShape, 'spec' | 'count'>

const outputsOf = ({ producer, whole }: Family): readonly RequestedOutput[] =>
  whole?.outputs ?? [...producer.outputs.values()].map(spec => ({ spec, count: 0 }))

function mayUse(cache: ResultCache | undefined, { reuse }: ProducerSpec, { type }: ProviderSource): boolean {
  return cache !== undefined && reuse && (type === 'inline' || cache.isReachableFromThreads)
}

/** The template of a job: where jobs of one producer make lists of different lengths, one for each length. */
export function templateByJob(
  templates: readonly JobTemplate[],
): (target: number, family: Family, job: number) => JobTemplate {
  const byShape = templates.map(() => new Map<readonly OutputShape[], JobTemplate>())
  return (target, family, job) => {
    const template = templates[target]!
    if (family.outputDimensions.every(({ dimensions }) => dimensions.length === 0)) return template
    const { outputs } = family.blockOf(job)
    let own = byShape[target]!.get(outputs)
    if (own === undefined) {
      own = { ...template, templateId: ++lastTemplateId, outputs: outputRequests(outputs) }
      byShape[target]!.set(outputs, own)
    }
    return own
  }
}

function outputRequests(outputs: readonly RequestedOutput[]): Record<string, OutputRequest> {
  return Object.fromEntries(
    outputs.map(({ spec, count }) => [
      spec.name,
      spec.loops.length > 0 ? { type: spec.type, count } : { type: spec.type },
    ]),
  )
}
