import { randomUUID } from 'node:crypto'
import { afterAll, describe } from 'vitest'
import type { AttemptLimits, Executor } from '../../../src/workers/executor.js'
import type { Broker } from '../../../src/workers/fleet/broker/broker.js'
import { openBullmqBroker } from '../../../src/workers/fleet/broker/bullmq-broker.js'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { ThreadExecutor } from '../../../src/workers/thread/thread-executor.js'
import { fleetInProcess } from '../../support/fleet/fleet-in-process.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { fixtureModules, providerFixture } from '../../support/jobs/job-fixture.js'
import { executorContract } from '../executor-contract.js'

function fleet(brokers: { broker: Broker; hostBroker?: Broker }, limits: AttemptLimits): Executor {
  return fleetInProcess({
    ...brokers,
    hosts: 2,
    places: 64,
    limits,
    openExecutor: given => new ThreadExecutor({ threads: 1, modules: fixtureModules, ...given }),
  })
}

describe('over a broker in memory', () => {
  executorContract({
    open: limits => fleet({ broker: new MemoryBroker() }, limits),
    provider: providerFixture('faulty'),
    losesWorkers: true,
    leavesRunning: true,
  })
})

describe.runIf(hasRedis)('over Redis', async () => {
  const redis = hasRedis ? await startRedis() : undefined
  afterAll(async () => await redis?.[Symbol.asyncDispose]())

  executorContract({
    async open(limits) {
      const options = { url: redis!.url, fleet: randomUUID() }
      const [broker, hostBroker] = await Promise.all([openBullmqBroker(options), openBullmqBroker(options)])
      return fleet({ broker, hostBroker }, limits)
    },
    provider: providerFixture('faulty'),
    losesWorkers: true,
    leavesRunning: true,
  })
})
