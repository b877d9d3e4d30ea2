import type { MovieId } from '../model/id.js'
import type { SettingsOf } from '../plan/up-to-date/settings-parts.js'

/** `layers`: a layer starts when the one before has ended; `dataflow`: a job starts as soon as its inputs exist. */
export type Schedule = 'layers' | 'dataflow'

export interface RunOptions {
  readonly movieId: MovieId
  readonly schedule: Schedule
  /** Jobs that may be active at once. @default 5 */
  readonly concurrency: number
  readonly failFast: boolean
  /** How long to wait for a service that does not answer; undefined: as long as is usual. */
  readonly outageWaitMs?: number | undefined
  /** Layers to run, from 1; absent: all. */
  readonly upToLayer: number | undefined
  readonly isRegenerated: (job: number) => boolean
  readonly settingsOf: SettingsOf
}

/** Why a run takes no new jobs. */
export type Halt = 'cancelled' | 'stopped'
