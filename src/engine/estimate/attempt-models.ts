import { ShowrunnerError } from '../../model/error/error.js'
import { JOB_ERROR_CODES, type JobErrorCode } from '../../model/error/job-error-code.js'
import type { JsonObject } from '../../model/json.js'
import { drawLatency, type Latency, latencySchema } from '../../model/provider/latency.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import type { PlanUntil } from '../../plan/subset/plan-until.js'
import type { AttemptModel } from '../../rehearsal/attempt-model.js'
import type { Binding } from '../provider/binding.js'

/** Of `template`, `command` and the like, where nothing better is known. */
const LOCAL_MS = 1

export interface LatencySources {
  /** By target of the plan. */
  readonly bindings: readonly Binding[]
  /** The producers that are to be made; undefined: all. */
  readonly until?: PlanUntil | undefined
  /** By provider, as the caller says. */
  readonly given: Readonly<Record<string, Latency>>
  /** Durations in milliseconds of jobs that succeeded before, by producer. */
  readonly recorded: ReadonlyMap<string, readonly number[]>
}

/**
 * How long the attempts at each target take: as the caller says, as the config says, as the jobs of the
 * movie took that were made before, or as good as nothing for what works on this machine.
 *
 * @throws ShowrunnerError `USAGE_INVALID` for a provider whose latency nobody knows, or that nothing uses
 */
export function attemptModels(plan: Plan, sources: LatencySources): AttemptModel[] {
  const used = new Set(sources.bindings.map(({ producer }) => producer.provider))
  for (const name of Object.keys(sources.given)) if (!used.has(name)) throw unused(name, used)
  const models: AttemptModel[] = []
  for (const [target, binding] of sources.bindings.entries()) {
    const index = plan.targets.familyOf(target)
    models.push(modelOf(plan.families[index]!, binding, sources, models[index]))
  }
  return models
}

/** @param first of those that may answer; one after it is taken to be as fast, where nothing else is known */
function modelOf(
  family: Family,
  binding: Binding,
  { until, given, recorded }: LatencySources,
  first: AttemptModel | undefined,
): AttemptModel {
  const { producer, provider, config } = binding
  const simulated = isSimulate(binding) ? simulateModel(config) : PLAIN
  if (Object.hasOwn(given, producer.provider)) {
    const latencyMs = given[producer.provider]!
    return { ...simulated, drawMs: random => drawLatency(latencyMs, random) }
  }
  if (provider.latencyMs !== undefined) {
    const { latencyMs } = provider
    return { ...simulated, drawMs: random => drawLatency(latencyMs, random) }
  }
  if (isSimulate(binding) && config.standsIn === undefined) return simulated
  const durations = recorded.get(producer.name)
  if (durations !== undefined && durations.length > 0)
    return { ...simulated, drawMs: random => durations[Math.floor(random() * durations.length)]! }
  if (binding.isLocal || !isMade(family, until)) return { ...PLAIN, drawMs: () => LOCAL_MS }
  if (first !== undefined) return { ...simulated, drawMs: first.drawMs }
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `How long a call of provider "${producer.provider}" takes is not known. Say it (--latency ${producer.provider}=800ms, or latencyMs: 800 in its entry in the config), or make a few jobs of "${producer.name}" first: what they took is read from the movie's log.`,
    { details: { provider: producer.provider } },
  )
}

function unused(name: string, used: ReadonlySet<string>): ShowrunnerError {
  return new ShowrunnerError(
    'USAGE_INVALID',
    `There is a latency for provider "${name}", which this blueprint does not use. It uses ${[...used].join(', ')}.`,
    { details: { provider: name } },
  )
}

/** Whether the latency of some provider can only be known from jobs that were made before. */
export function needsRecord(
  plan: Plan,
  { bindings, until, given }: Omit<LatencySources, 'recorded'>,
): boolean {
  return plan.families.some(family => {
    const { index, producer } = family
    const binding = bindings[index]!
    const isSimulation = isSimulate(binding) && binding.config.standsIn === undefined
    const isSaid = Object.hasOwn(given, producer.provider) || binding.provider.latencyMs !== undefined
    const isKnown = isSaid || isSimulation
    return isMade(family, until) && !isKnown && !binding.isLocal
  })
}

const isMade = (family: Family, until: PlanUntil | undefined): boolean =>
  family.mayHaveJobs && until?.includes(family) !== false

const isSimulate = ({ provider }: Binding): boolean => provider.builtin?.name === 'simulate'

const PLAIN: AttemptModel = {
  seed: 0,
  drawMs: () => 0,
  failureRate: 0,
  failureCode: 'overloaded',
  rateLimitRate: 0,
  retryAfterMs: 0,
  costUsd: undefined,
}

/** What `simulate` would make of this config; what it would refuse is left out. */
function simulateModel(config: JsonObject): AttemptModel {
  const { seed, latencyMs, failureRate, failureCode, rateLimitRate, retryAfterMs, costUsd } = config
  const latency = latencySchema().safeParse(latencyMs ?? 0)
  return {
    seed: typeof seed === 'string' || typeof seed === 'number' ? seed : 0,
    drawMs: random => (latency.success ? drawLatency(latency.data, random) : 0),
    failureRate: numberOr(failureRate, 0),
    failureCode: JOB_ERROR_CODES.includes(failureCode as JobErrorCode)
      ? (failureCode as JobErrorCode)
      : 'overloaded',
    rateLimitRate: numberOr(rateLimitRate, 0),
    retryAfterMs: numberOr(retryAfterMs, 1_000),
    costUsd: typeof costUsd === 'number' ? costUsd : undefined,
  }
}

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise
