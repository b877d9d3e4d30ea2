import type { JobId, RunId } from '../../model/id.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ProviderModel } from '../../model/run/provider-model.js'

/** One producer of a run, as far as its record says. */
export interface PlannedProducer {
  /** Of the blueprint. */
  readonly name: string
  /** As the blueprint has it. */
  readonly description?: string
  /** The provider that its jobs call, by name. */
  readonly provider: string
  /** The model that they ask for. */
  readonly model?: string
  /** Who is asked where that one fails, in this order; absent: nobody. */
  readonly spares?: readonly ProviderModel[]
  /** Its loops, outermost first, with the number of elements of each; of the longest list where they differ. */
  readonly loops: readonly {
    /** Of the blueprint. */
    readonly name: string
    /** Elements. */
    readonly size: number
    /** Its elements are named by keys, and not by their positions. */
    readonly hasKeys: boolean
  }[]
  /** Its jobs. */
  readonly jobCount: number
  /** What each job makes. */
  readonly outputs: readonly {
    /** Of the blueprint. */
    readonly name: string
    /** `text`, `json`, `number`, `boolean` or a MIME type. */
    readonly type: string
  }[]
  /** Names of the producers whose outputs it reads. */
  readonly reads: readonly string[]
}

/** What a run was to make, by its record: its producers, and its jobs in the order of the plan. */
export interface RunPlan {
  /** The run. */
  readonly runId: RunId
  /** In the order of the blueprint. */
  readonly producers: readonly PlannedProducer[]
  /** All jobs of the run. */
  readonly jobCount: number
  /**
   * The id of a job, by its place in the plan.
   * @param number from 0, below {@link jobCount}
   */
  jobIdAt(number: number): JobId
  /** The place of its producer in {@link producers}. */
  producerOf(number: number): number
  /** All jobs by producer, and by their elements; undefined where that is 0, 1, 2 and so on. */
  order(): Uint32Array | undefined
  /**
   * Adds the jobs for a list that a job has made, by its event; they come after all others.
   * @returns false where the plan knows another list in its place, so that it has to be read again
   */
  grow(expansion: Expansion): boolean
  /** The job's place in the plan, from 0; undefined when the plan has no such job. */
  numberOf(id: string): number | undefined
}
