import { describe } from 'vitest'
import { InlineExecutor } from '../../src/workers/inline/inline-executor.js'
import { routedExecutor } from '../../src/workers/routed-executor.js'
import { ThreadExecutor } from '../../src/workers/thread/thread-executor.js'
import { fixtureModules, providerFixture } from '../support/jobs/job-fixture.js'
import faulty from '../support/providers/faulty.mjs'
import { executorContract } from './executor-contract.js'

describe.each([
  [providerFixture('faulty'), true],
  [{ type: 'inline', name: 'faulty' } as const, false],
])('jobs of %o', (provider, losesWorkers) => {
  executorContract({
    open: limits =>
      routedExecutor({
        inline: new InlineExecutor(limits),
        module: new ThreadExecutor({ threads: 1, modules: fixtureModules, ...limits }),
      }),
    provider,
    inlineProviders: new Map([['faulty', faulty]]),
    losesWorkers,
  })
})
