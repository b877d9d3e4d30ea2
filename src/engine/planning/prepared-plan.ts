import type { MovieId } from '../../model/id.js'
import type { Provider } from '../../model/provider/provider.js'
import type { Plan } from '../../plan/plan.js'
import type { PlanSubset } from '../../plan/subset/plan-subset.js'
import type { PlanUntil } from '../../plan/subset/plan-until.js'
import type { SettingsOf } from '../../plan/up-to-date/settings-parts.js'
import type { RegenerateRequest } from '../operations/regenerate.js'
import type { Binding } from '../provider/binding.js'

/** Everything a run or a preview needs to know before it looks at the movie. */
export interface PreparedPlan {
  readonly movieId: MovieId
  readonly plan: Plan
  /** By target. */
  readonly bindings: readonly Binding[]
  readonly settingsOf: SettingsOf
  readonly inlineProviders: ReadonlyMap<string, Provider>
  /** The producers that are to be made; undefined: all. */
  readonly until: PlanUntil | undefined
  /** The jobs that may be made; undefined: all. */
  readonly subset: PlanSubset | undefined
  readonly regenerate: RegenerateRequest
  readonly isRegenerated: (job: number) => boolean
  readonly baseFolder: string
}
