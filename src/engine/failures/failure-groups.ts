import type { JobErrorCode } from '../../model/error/job-error-code.js'
import type { JobId } from '../../model/id.js'
import type { JobError } from '../../model/movie/event.js'
import type { RowPlace } from '../run-shape/row-place.js'
import { type RunShape, rowsPart } from '../run-shape/run-shape.js'
import { kindOfMessage } from './kind-of-message.js'

/** Different failures that a summary tells apart. */
const FAILURE_GROUP_LIMIT = 1_000

/** Failed jobs whose errors say the same. */
export interface FailureGroup {
  /** Why they failed. */
  readonly code: JobErrorCode
  /** Of the first of them; in the others numbers and ids may differ. */
  readonly message: string
  /** How many jobs failed so. */
  readonly count: number
  /** The first of them. */
  readonly jobs: readonly FailedJob[]
}

/** A job that has failed, with the rows that it was for. */
export interface FailedJob {
  /** Its id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** The rows that it is made from; absent when its loops run over no input. */
  readonly rows?: readonly RowPlace[]
}

/** Named of each group. */
const JOBS_NAMED = 3

interface Group {
  readonly code: JobErrorCode
  readonly message: string
  count: number
  readonly jobIds: JobId[]
}

/** Counts failures by message. So many different ones are told apart; the rest of a code is one group. */
export class FailureGroups {
  readonly #groups = new Map<string, Group>()

  add(jobId: JobId, error: JobError | undefined): void {
    const { code = 'bug', message = '' } = error ?? {}
    const key = `${code} ${kindOfMessage(message)}`
    const isFull = this.#groups.size >= FAILURE_GROUP_LIMIT && !this.#groups.has(key)
    const group = this.#groupOf(isFull ? code : key, code, isFull ? 'other messages' : message)
    group.count++
    if (group.jobIds.length < JOBS_NAMED) group.jobIds.push(jobId)
  }

  /** Largest first. */
  list(shape: RunShape | undefined): FailureGroup[] {
    return [...this.#groups.values()]
      .sort((a, b) => b.count - a.count)
      .map(({ code, message, count, jobIds }) => ({
        code,
        message,
        count,
        jobs: jobIds.map(jobId => ({ jobId, ...rowsPart(shape, jobId) })),
      }))
  }

  #groupOf(key: string, code: JobErrorCode, message: string): Group {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group = { code, message, count: 0, jobIds: [] }
    this.#groups.set(key, group)
    return group
  }
}
