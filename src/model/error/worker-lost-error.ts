/**
 * Ends a job that was on a process of the engine when that process ended. Like the loss of a thread it is not
 * the job's own failure, unless the job was alone there.
 */
export class WorkerLostError extends Error {
  override readonly name = 'WorkerLostError'
  /** No other job was there that can be the cause. */
  readonly isSoleSuspect: boolean

  constructor(message: string, isSoleSuspect: boolean) {
    super(message)
    this.isSoleSuspect = isSoleSuspect
  }
}

/** True also for one of a bundled copy. */
export const isWorkerLost = (error: unknown): error is WorkerLostError =>
  error instanceof Error && error.name === 'WorkerLostError'
