import type { Clock } from '../../model/clock.js'
import type { Register } from '../../model/fleet/register.js'
import type { AttemptLimits } from '../../workers/executor.js'
import type { ThreadExecutorOptions } from '../../workers/thread/thread-executor.js'
import type { Execution } from './execution.js'

/** What {@link Execution} is opened with. */
interface ExecutionOptions {
  readonly limits: AttemptLimits
  readonly threads: ThreadExecutorOptions
  /** What the engines of its queue tell each other of a limiter; undefined: it has no queue. */
  readonly registerOf: ((limiter: string) => Register) | undefined
  readonly bytesInFlightLimit: number
  readonly clock: Clock
}

export type OpenExecution = (options: ExecutionOptions) => Execution
