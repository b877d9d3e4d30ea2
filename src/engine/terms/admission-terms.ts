import type { Admission } from '../../coordinator/limits/admission.js'
import type { Limiter } from '../../coordinator/limits/limiter.js'
import type { Learning, LimiterSettings } from '../../coordinator/limits/limiter-settings.js'
import type { TargetTerms } from '../../coordinator/target-terms.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import type { Binding } from '../provider/binding.js'
import { type ProviderLimits, rampUpMs } from '../provider/provider-limits.js'
import type { RunBudgets } from '../run/run-budgets.js'
import { plannedTerms } from './planned-terms.js'

/** Of a model that has no limits in the config: what it takes is learned from its refusals. */
const INNER: LimiterSettings = { learning: 'refusals' }

/** How the jobs that each target answers are admitted: limiters of the engine, prices, and the budgets of the run. */
export function admissionTerms(
  prepared: Pick<PreparedPlan, 'plan' | 'bindings'>,
  admission: Admission,
  budgets: RunBudgets,
): TargetTerms[] {
  const { bindings } = prepared
  const models = modelsOf(bindings)
  return plannedTerms(prepared, budgets).map((terms, target) => {
    const binding = bindings[target]!
    const limiters = limitersOf(binding, models, admission)
    const isPlain = terms.isLocal && limiters.length === 0
    return { ...terms, limiters, health: isPlain ? undefined : admission.health(binding.endpoint) }
  })
}

/** By account. */
function modelsOf(bindings: readonly Binding[]): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const models = new Map<string, Set<string | undefined>>()
  for (const { account, calledModel } of bindings) {
    const known = models.get(account)
    if (known === undefined) models.set(account, new Set([calledModel]))
    else known.add(calledModel)
  }
  return models
}

/** The account's, and that of the model where it has limits of its own, or may have: one of several models. */
function limitersOf(
  { account, limits, calledModel: model, modelLimits, isLocal, provider }: Binding,
  models: ReadonlyMap<string, ReadonlySet<string | undefined>>,
  admission: Admission,
): readonly Limiter[] {
  const kind = provider.builtin?.kind
  const isPlain = isLocal && Object.keys(limits).length === 0
  const own = isPlain ? undefined : admission.limiter(account, settingsOf(limits, kind, isLocal))
  const isOneOfSeveral = model !== undefined && models.get(account)!.size > 1
  const ofModel =
    modelLimits !== undefined
      ? settingsOf(modelLimits, kind, isLocal)
      : own !== undefined && isOneOfSeveral && learningOf(limits, kind) === 'refusals'
        ? INNER
        : undefined
  if (ofModel === undefined) return own === undefined ? [] : [own]
  const inner = admission.limiter(`${account} ${model}`, ofModel, own)
  return own === undefined ? [inner] : [own, inner]
}

function learningOf({ adaptive }: Omit<ProviderLimits, 'group'>, kind: string | undefined): Learning {
  if (adaptive !== undefined) return adaptive ? 'latency' : 'off'
  if (kind === 'local' || kind === 'queue') return 'off'
  return 'refusals'
}

function settingsOf(
  limits: Omit<ProviderLimits, 'group'>,
  kind: string | undefined,
  isLocal: boolean,
): LimiterSettings {
  const learning = learningOf(limits, kind)
  const { concurrency, requestsPerMinute, tokensPerMinute } = limits
  const isGentle = kind === 'service' && concurrency === undefined && learning === 'refusals'
  return {
    concurrency,
    requestsPerMinute,
    tokensPerMinute,
    rampUpMs: rampUpMs(limits),
    isGentle,
    learning,
    // Limits of an account count for all processes that use it; those of a machine are its own.
    isShared: !isLocal,
  }
}
