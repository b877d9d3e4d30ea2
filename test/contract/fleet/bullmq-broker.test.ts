import { afterAll, describe, expect, test } from 'vitest'
import { openBullmqBroker } from '../../../src/workers/fleet/broker/bullmq-broker.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { brokerContract } from './broker-contract.js'

describe.runIf(hasRedis)('over Redis', async () => {
  const redis = hasRedis ? await startRedis() : undefined
  afterAll(async () => await redis?.[Symbol.asyncDispose]())

  brokerContract(fleet => openBullmqBroker({ url: redis!.url, fleet }))

  test('a Redis that evicts keys is refused', async () => {
    await using careless = await startRedis('--maxmemory-policy', 'allkeys-lru')
    await expect(openBullmqBroker({ url: careless.url })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })
})
