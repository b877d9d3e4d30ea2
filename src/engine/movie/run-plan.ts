import type { JobId, RunId } from '../../model/id.js'

/** One producer of a run, as far as its record says. */
export interface PlannedProducer {
  readonly name: string
  readonly description?: string
  readonly provider: string
  readonly model?: string
  /** Its loops, outermost first, with the number of elements of each; of the longest list where they differ. */
  readonly loops: readonly {
    readonly name: string
    readonly size: number
    /** Its elements are named by keys, and not by their positions. */
    readonly hasKeys: boolean
  }[]
  readonly jobCount: number
  readonly outputs: readonly { readonly name: string; readonly type: string }[]
  /** Names of the producers whose outputs it reads. */
  readonly reads: readonly string[]
}

/** What a run was to make, by its record: its producers, and its jobs in the order of the plan. */
export interface RunPlan {
  readonly runId: RunId
  readonly producers: readonly PlannedProducer[]
  readonly jobCount: number
  /** @param number from 0, below {@link jobCount} */
  jobIdAt(number: number): JobId
  /** The job's place in the plan, from 0; undefined when the plan has no such job. */
  numberOf(id: string): number | undefined
}
