import type { DecidingJob, ListMaker } from './list-maker.js'

/** Where lists come from, as far as waiting for them goes. */
export interface ListSources {
  /** Families whose jobs make lists, or decide how long one is. */
  readonly makers: ReadonlySet<number>
  readonly makerOf: ListMaker
  readonly decidingJob: DecidingJob
}
