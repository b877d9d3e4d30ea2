import type { PreparedPlan } from '../planning/prepared-plan.js'

/** What a plan has at hand that asks for a rehearsal. */
export interface ReadyToRehearse {
  /** The plan of the request. */
  readonly prepared: PreparedPlan
  /** Jobs of a run that are played with the most elements that lists may have. */
  readonly mostJobs: number
}
