import type { JobId } from '../../model/id.js'

/** Names an element of a loop: its key, a text, in a loop with keys; its 0-based position, a number, in one without. */
export type ElementKey = string | number

/**
 * Names a job among those of its producer: one key for each of its loops. Undefined for a producer without a loop, the
 * key itself for one loop, a list of keys for several.
 */
export type JobKey = ElementKey | readonly ElementKey[] | undefined

/** What one job has made: a property for each output by its name, which begins with a capital, and whose it is. */
export interface JobOutputs {
  /** The producer's name. */
  readonly producer: string
  /** Its id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** What the element of its loop is named by; undefined without a loop. */
  readonly key: JobKey
  /** It was there before this run, which had nothing to do for it. */
  readonly isCached: boolean
  readonly [output: string]: unknown
}
