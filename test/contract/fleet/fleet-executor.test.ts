import { describe } from 'vitest'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { ThreadExecutor } from '../../../src/workers/thread/thread-executor.js'
import { fleetInProcess } from '../../support/fleet/memory-fleet.js'
import { fixtureModules, providerFixture } from '../../support/jobs/job-fixture.js'
import { executorContract } from '../executor-contract.js'

describe('over a broker in memory', () => {
  executorContract({
    open: limits =>
      fleetInProcess({
        broker: new MemoryBroker(),
        hosts: 2,
        places: 64,
        limits,
        openExecutor: given => new ThreadExecutor({ threads: 1, modules: fixtureModules, ...given }),
      }),
    provider: providerFixture('faulty'),
    losesWorkers: true,
  })
})
