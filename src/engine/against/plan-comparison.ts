import type { ElementName, JobId, RunId } from '../../model/id.js'
import type { ReasonKind } from '../../plan/preview.js'

/** Something that is written otherwise than in the blueprint of an earlier run. */
export interface SettingChange {
  /** Where it stands: `model`, `config.template`, `with.prompt`, or `tone` for an input. */
  readonly setting: string
  /** What it was, shortened, with secrets masked; absent where there was nothing, or where the record does not tell. */
  readonly before?: string
  /** What it is now. */
  readonly after?: string
}

/** Jobs of one producer that would be made for the same reason. */
export interface ReasonGroup {
  /** Why they would be made. */
  readonly reason: ReasonKind
  /** With `changed`: the names under `with` whose values have changed. */
  readonly inputs?: readonly string[]
  /** With `upstream`: the producer whose jobs run first. */
  readonly after?: string
  /** How many. */
  readonly jobs: number
  /** Of them, those that have a result which no other job takes: they would be made again. */
  readonly again: number
  /** In US dollars, by the estimate of the plan; absent when no price is known. */
  readonly costUsd?: number
  /** The first ones. */
  readonly examples: readonly JobId[]
}

/** What a run would do with the jobs of a producer, against those of an earlier run. */
export interface ProducerComparison {
  /** Its name. */
  readonly producer: string
  /** The earlier run did not have it. */
  readonly isNew?: true
  /** The jobs that would be made, by reason, most first. */
  readonly groups: readonly ReasonGroup[]
  /** Jobs that take a result which was made before, such as those of rows that have moved: free. */
  readonly free: number
  /** Jobs that are up to date: free. */
  readonly same: number
  /** Jobs of the earlier run that there are no more. Their results are kept, and cost nothing when they come back. */
  readonly removed: number
  /** Calls to services that the jobs to be made would take; 0 for a provider that works on this machine. */
  readonly calls: number
  /** Of all groups, in US dollars; absent when no price is known. */
  readonly costUsd?: number
  /** What is written otherwise in the blueprint, or in the settings of its provider. */
  readonly settings: readonly SettingChange[]
}

/** How the list of a loop differs from that of the earlier run. */
export interface LoopComparison {
  /** Its name. */
  readonly loop: string
  /** Elements that are new. */
  readonly added: number
  /** Elements that are gone. */
  readonly removed: number
  /** Elements whose content has changed. */
  readonly changed: number
  /** Elements that stand elsewhere among the others: free, but for jobs that read their neighbours. */
  readonly moved: number
  /** Names of the first ones that are gone: keys, or positions in the earlier list. */
  readonly removedNames: readonly ElementName[]
  /** Names of the first ones that are new: keys, or positions. */
  readonly addedNames: readonly ElementName[]
}

/** What a run would do, against what an earlier one was to make. */
export interface PlanComparison {
  /** The earlier run. */
  readonly runId: RunId
  /** The producers of this plan, in the order of the blueprint. */
  readonly producers: readonly ProducerComparison[]
  /** Producers that the earlier run had and this plan does not, with the number of their jobs. */
  readonly removedProducers: readonly {
    /** Its name. */
    readonly producer: string
    /** Jobs that it had. */
    readonly jobs: number
  }[]
  /** Loops over inputs whose lists differ. */
  readonly loops: readonly LoopComparison[]
  /** Inputs that are no lists, and have other values. */
  readonly inputs: readonly SettingChange[]
}
