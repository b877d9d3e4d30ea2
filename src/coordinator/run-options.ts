import type { MovieId } from '../model/id.js'
import type { ProviderModel } from '../model/run/provider-model.js'
import type { Family } from '../plan/geometry/family.js'
import type { MadeList, TrialProgress } from '../plan/growth/list-growth.js'
import type { MovesInList } from '../plan/identity/moves-in-list.js'
import type { SettingsOf } from '../plan/up-to-date/settings-parts.js'

/** `layers`: a layer starts when the one before has ended; `dataflow`: a job starts as soon as its inputs exist. */
export type Schedule = 'layers' | 'dataflow'

/** When failed jobs stop a run: what is wrong with the first of them is wrong with all. */
export interface StopRules {
  /** Of the jobs of a producer that have ended in this run, the share that may not fail: 0.5 stops at a half. */
  readonly failureRate: number
  /** Jobs of the producer that must have ended before its share means something. @default 20 */
  readonly after?: number | undefined
}

/** The part of a run's jobs that may be made. */
interface JobSubset {
  /** About how many they are. */
  readonly jobCount: number
  includes(family: Family, job: number): boolean
}

/** Where a run ends before everything is made. */
interface RunEnd {
  /** As they were asked for. */
  readonly producers: readonly string[]
  includes(family: Family): boolean
}

export interface RunOptions {
  readonly movieId: MovieId
  readonly schedule: Schedule
  /** Jobs that may be active at once. @default 5 */
  readonly concurrency: number
  readonly failFast: boolean
  /** Absent: failed jobs alone stop no run. */
  readonly stop?: StopRules | undefined
  /** How long to wait for a service that does not answer; undefined: as long as is usual. */
  readonly outageWaitMs?: number | undefined
  /** Layers to run, from 1; absent: all. */
  readonly upToLayer: number | undefined
  /** The producers whose jobs are to be made; absent: all. Nobody looks at the others. */
  readonly until?: RunEnd | undefined
  /** The jobs that may be made; absent: all. The others count if they are there. */
  readonly subset?: JobSubset | undefined
  readonly isRegenerated: (job: number) => boolean
  readonly settingsOf: SettingsOf
  /** By target of the plan: who it is, with the model that the config names; absent: as the blueprint says. */
  readonly services?: readonly ProviderModel[] | undefined
  /** Absent: nothing is kept for elements of lists that jobs make. */
  readonly movesInList?: MovesInList | undefined
  /** Of a rehearsal, in which jobs make nothing: how long a list will probably be. */
  readonly expectedLength?: ((list: MadeList) => number) | undefined
  /** The same, of elements that are tried: whether the next one of a list will be accepted. */
  readonly foreseesAccepted?: ((trial: TrialProgress) => boolean) | undefined
}

/** Why a run takes no new jobs. */
export type Halt = 'cancelled' | 'stopped'
