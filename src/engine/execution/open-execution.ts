import { randomUUID } from 'node:crypto'
import { Admission } from '../../coordinator/limits/admission.js'
import { LimitLeases } from '../../coordinator/limits/leases/limit-leases.js'
import { InlineExecutor } from '../../workers/inline/inline-executor.js'
import { routedExecutor } from '../../workers/routed-executor.js'
import { ThreadExecutor } from '../../workers/thread/thread-executor.js'
import type { OpenExecution } from './execution-options.js'

/** Threads start with the first job. */
export const openExecution: OpenExecution = ({ limits, threads, registerOf, bytesInFlightLimit, clock }) => {
  const executor = routedExecutor({
    inline: new InlineExecutor(limits),
    module: new ThreadExecutor({ ...limits, ...threads }),
  })
  const leases = registerOf && new LimitLeases({ holder: randomUUID(), registerOf, clock })
  const admission = new Admission(bytesInFlightLimit, leases)
  return {
    executor,
    admission,
    async close() {
      await admission.close()
      await executor.close()
    },
  }
}
