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
  /** Of its own line. */
  readonly seq: number
}

/** Changes of jobs in columns: one entry a change, 43 bytes each. */
export class ChangeColumns {
  readonly #job = integersColumn()
  readonly #kind = bytesColumn()
  readonly #atMs = floatsColumn()
  readonly #durationMs = floatsColumn()
  readonly #costUsd = floatsColumn()
  readonly #uncertainCostUsd = floatsColumn()
  readonly #attempt = shortsColumn()
  readonly #reason = integersColumn()
  readonly #seq = integersColumn()
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
  /** The number of the line that says it. */
  seqAt = (change: number): number => this.#seq.get(change)

  /** Changes of a job, newest first, from one and before another. */
  protected *changesIn(job: number, from: number, to: number): Generator<number, void, undefined> {
    for (let change = this.#lastOfJob.get(job) - 1; change >= from; change = this.#before.get(change) - 1)
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
    this.#seq.push(change.seq)
    this.#kind.push(change.kind)
  }
}
