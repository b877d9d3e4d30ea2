import type { JobId } from '../model/id.js'
import type { ProviderModel } from '../model/run/provider-model.js'
import type { UnknownJobs } from './growth/unknown-jobs.js'
import type { UnknownLists } from './growth/unknown-tally.js'
import { CODE_DIGEST, SETTINGS_DIGEST } from './up-to-date/content-hash.js'
import type { PlannedAction, RunReason } from './up-to-date/planned-action.js'

/** What a run would do with the jobs of one producer in one layer. */
export interface PreviewRow {
  /** From 1. */
  readonly layer: number
  /** The producer's name. */
  readonly producer: string
  /** The name of its provider, or of the first that is asked. */
  readonly provider: string
  /** Who is asked where that one fails, in this order; absent: nobody. */
  readonly spares?: readonly ProviderModel[]
  /** How many jobs it has. */
  readonly jobs: number
  /** Jobs that would run. */
  readonly run: number
  /** Jobs that would run once people have approved what they read; absent where nobody judges what is made. */
  readonly waiting?: number
  /** Jobs that are up to date. */
  readonly cached: number
  /** Jobs that take a result which was made before for another job, such as that of a row that has moved: free. */
  readonly reused: number
  /** Jobs that would be skipped. */
  readonly skipped: number
  /** Jobs to run by reason. */
  readonly reasons: Partial<Record<ReasonKind, number>>
}

/** What a run would do. */
export interface Preview {
  /** By producer, in the order of layers. */
  readonly rows: readonly PreviewRow[]
  /** Loops some of whose lists are made by jobs that run first: nobody knows yet how long those are. */
  readonly unknownLists: readonly UnknownLists[]
  /** The jobs that those lists may lead to, by producer: they come on top of `counts`. */
  readonly unknownJobs: readonly UnknownJobs[]
  /** Over all producers. */
  readonly counts: {
    /** How many jobs there are. */
    readonly jobs: number
    /** Jobs that would run. */
    readonly run: number
    /** Jobs that would run once people have approved what they read; absent where nobody judges what is made. */
    readonly waiting?: number
    /** Jobs that are up to date. */
    readonly cached: number
    /** Jobs that take a result which was made before. */
    readonly reused: number
    /** Jobs that would be skipped. */
    readonly skipped: number
  }
  /** What would happen to one job; `undefined` when the plan has no such job. */
  explain(id: string):
    | {
        /** From 1. */
        readonly layer: number
        /** What the run would do with it, and why. */
        readonly action: PlannedAction
        /** The job whose result people are to approve first; absent: none. */
        readonly waitsFor?: JobId
      }
    | undefined
}

/** A reason as it is counted: what changed of the settings alone is told apart from what changed of the inputs. */
export type ReasonKind = RunReason['type'] | 'settings'

export const reasonKind = (reason: RunReason): ReasonKind =>
  reason.type === 'changed' &&
  reason.inputs.length > 0 &&
  reason.inputs.every(name => name === SETTINGS_DIGEST || name === CODE_DIGEST)
    ? 'settings'
    : reason.type
