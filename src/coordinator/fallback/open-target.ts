import type { Family } from '../../plan/geometry/family.js'
import type { RunState } from '../state/run-state.js'
import { isCovered } from './is-covered.js'

/**
 * The target that a job is sent to now: the first that answers, as far as the run knows. One that does not is passed
 * over, but for the calls that try it. When none answers, it waits for the one that is tried next.
 * @param from place of the first that it may still be sent to
 * @param named what stands for a target: that of the model which the job names
 */
export function openTarget(
  { plan, admission }: Pick<RunState, 'plan' | 'admission'>,
  { index, producer }: Family,
  from = 0,
  named: (target: number) => number = target => target,
): number {
  const { targets } = plan
  if (targets.isAlone(index)) return named(index)
  const all = targets.of(index)
  let soonest = named(all.at(-1)!)
  let opensAtMs = Number.POSITIVE_INFINITY
  for (const base of from === 0 ? all : all.slice(from)) {
    const target = named(base)
    const closure = admission.closedBy(target, producer.retry.maxDelayMs)
    if (closure === undefined || !isCovered(producer.fallbackOn, closure.error)) return target
    if (closure.opensAtMs >= opensAtMs) continue
    soonest = target
    opensAtMs = closure.opensAtMs
  }
  return soonest
}
