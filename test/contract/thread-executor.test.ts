import { ThreadExecutor } from '../../src/workers/thread/thread-executor.js'
import { fixtureModules, providerFixture } from '../support/jobs/job-fixture.js'
import { executorContract } from './executor-contract.js'

executorContract({
  open: limits => new ThreadExecutor({ threads: 2, modules: fixtureModules, ...limits }),
  provider: providerFixture('faulty'),
  losesWorkers: true,
})
