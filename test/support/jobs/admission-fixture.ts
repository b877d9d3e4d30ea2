import { Admission } from '../../../src/coordinator/limits/admission.js'
import { RunAdmission } from '../../../src/coordinator/limits/run-admission.js'
import type { TargetTerms } from '../../../src/coordinator/target-terms.js'
import type { Plan } from '../../../src/plan/plan.js'

/** Admits whatever comes, but for a number of places at some providers. */
export function plainAdmission(
  plan: Plan,
  places: ReadonlyMap<string, number> = new Map(),
  freePlaces?: () => number,
): RunAdmission {
  const shared = new Admission(Number.MAX_SAFE_INTEGER)
  const terms = plan.families.map(({ producer }): TargetTerms => {
    const concurrency = places.get(producer.provider)
    const limiter = () => shared.limiter(producer.provider, { concurrency, learning: 'off' })
    return {
      limiters: concurrency === undefined ? [] : [limiter()],
      price: undefined,
      isLocal: false,
      budgets: [],
      weight: 1,
      images: 0,
      maxOutputTokens: undefined,
      promptBytes: undefined,
    }
  })
  return new RunAdmission(terms, shared, { weight: 1, wake: () => {}, freePlaces })
}
