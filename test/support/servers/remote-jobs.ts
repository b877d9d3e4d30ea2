type RemoteJobState = 'running' | 'succeeded' | 'failed' | 'cancelled'

export interface RemoteJob {
  readonly id: string
  readonly input: Readonly<Record<string, unknown>>
  state: RemoteJobState
  /** Questions until it is done; Infinity: it runs until the test says otherwise. */
  questionsLeft: number
  error: string | undefined
}

/** The books of a service that works for money: one charge for each job. */
export class RemoteJobs {
  readonly jobs = new Map<string, RemoteJob>()
  /** Of the jobs that are submitted from now on, by their number from 1. */
  questionsOf: (number: number) => number = () => 2
  /** The next job fails with this. */
  nextError: string | undefined
  readonly #byKey = new Map<string, RemoteJob>()

  get charges(): number {
    return this.jobs.size
  }

  /** Takes work; the same key is the same work. */
  submit(input: RemoteJob['input'], key?: string): RemoteJob {
    const known = key === undefined ? undefined : this.#byKey.get(key)
    if (known !== undefined) return known
    const number = this.jobs.size + 1
    const id = `job${number}`
    const job: RemoteJob = {
      id,
      input,
      state: 'running',
      questionsLeft: this.questionsOf(number),
      error: this.nextError,
    }
    this.nextError = undefined
    this.jobs.set(id, job)
    if (key !== undefined) this.#byKey.set(key, job)
    return job
  }

  /** The job, one question older. */
  ask(id: string): RemoteJob | undefined {
    const job = this.jobs.get(id)
    if (job?.state === 'running' && --job.questionsLeft <= 0)
      job.state = job.error === undefined ? 'succeeded' : 'failed'
    return job
  }

  cancel(id: string): RemoteJob | undefined {
    const job = this.jobs.get(id)
    if (job?.state === 'running') job.state = 'cancelled'
    return job
  }

  /** From now on all jobs are done when they are asked about. */
  finishAll(): void {
    this.questionsOf = () => 1
    for (const job of this.jobs.values()) job.questionsLeft = 1
  }
}
