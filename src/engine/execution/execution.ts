import type { Admission } from '../../coordinator/limits/admission.js'
import type { Executor } from '../../workers/executor.js'

/** What executes jobs in this process, and admits them. */
export interface Execution {
  /** Threads and functions of this process. */
  readonly executor: Executor
  /** What the runs of the engine share: limiters, and memory. */
  readonly admission: Admission
  close(): Promise<void>
}
