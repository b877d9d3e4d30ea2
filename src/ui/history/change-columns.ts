import { bytesColumn, floatsColumn, integersColumn, shortsColumn } from './growing-column.js'

/** A change of a job in numbers. */
export interface ChangeNumbers {
  readonly job: number
  /** As `JOB_CHANGES` numbers it. */
  readonly kind: number
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly durationMs: number
  readonly costUsd: number
  readonly uncertainCostUsd: number
  readonly attempt: number
  /** As `Reasons.at` takes it; 0: none. */
  readonly reason: number
  /** Of the log, in which its lines begin. */
  readonly batch: number
}

/** Changes of jobs in columns: one entry a change, 40 bytes each. */
export class ChangeColumns {
  readonly #job = integersColumn()
  readonly #kind = bytesColumn()
  readonly #atMs = floatsColumn()
  readonly #durationMs = floatsColumn()
  readonly #costUsd = floatsColumn()
  readonly #uncertainCostUsd = floatsColumn()
  readonly #attempt = shortsColumn()
  readonly #reason = integersColumn()
  readonly #batch = integersColumn()
  /** The change before of the same job, from 1; 0: none. */
  readonly #before = integersColumn()
  readonly #lastOfJob = integersColumn()

  /** Changes of jobs. */
  get length(): number {
    return this.#kind.length
  }

  jobAt = (change: number): number => this.#job.get(change)
  kindAt = (change: number): number => this.#kind.get(change)
  /** Milliseconds since 1970. */
  timeAt = (change: number): number => this.#atMs.get(change)
  durationAt = (change: number): number => this.#durationMs.get(change)
  costAt = (change: number): number => this.#costUsd.get(change)
  uncertainCostAt = (change: number): number => this.#uncertainCostUsd.get(change)
  attemptAt = (change: number): number => this.#attempt.get(change)
  /** As {@link Reasons.at} takes it; 0: none. */
  reasonAt = (change: number): number => this.#reason.get(change)
  /** The batch in which the lines of a change begin. */
  batchAt = (change: number): number => this.#batch.get(change)

  hasChanges(job: number): boolean {
    return this.#lastOfJob.get(job) !== 0
  }

  /** Changes of a job, newest first, of those before `to`. */
  *changesOf(job: number, to: number): Generator<number, void, undefined> {
    for (let change = this.#lastOfJob.get(job) - 1; change !== -1; change = this.#before.get(change) - 1)
      if (change < to) yield change
  }

  protected add(change: ChangeNumbers): void {
    this.#before.set(this.length, this.#lastOfJob.get(change.job))
    this.#lastOfJob.set(change.job, this.length + 1)
    this.#job.push(change.job)
    this.#atMs.push(change.atMs)
    this.#durationMs.push(change.durationMs)
    this.#costUsd.push(change.costUsd)
    this.#uncertainCostUsd.push(change.uncertainCostUsd)
    this.#attempt.push(change.attempt)
    this.#reason.push(change.reason)
    this.#batch.push(change.batch)
    this.#kind.push(change.kind)
  }
}
