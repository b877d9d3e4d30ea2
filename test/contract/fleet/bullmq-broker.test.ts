import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { Ticket } from '../../../src/workers/fleet/broker/broker.js'
import { openBullmqBroker } from '../../../src/workers/fleet/broker/bullmq-broker.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { startTcpProxy } from '../../support/fleet/tcp-proxy.js'
import { brokerContract, reader, ticket } from './broker-contract.js'

describe.runIf(hasRedis)('over Redis', async () => {
  const redis = hasRedis ? await startRedis() : undefined
  afterAll(async () => await redis?.[Symbol.asyncDispose]())

  brokerContract(fleet => openBullmqBroker({ url: redis!.url, fleet }))

  test('a Redis that evicts keys is refused', async () => {
    await using careless = await startRedis('--maxmemory-policy', 'allkeys-lru')
    await expect(openBullmqBroker({ url: careless.url })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })

  test.each(['redis://127.0.0.1', 'redis://:wrong@127.0.0.1'])(
    'a Redis that wants another password than that of %s is a mistake of whoever gave the URL',
    async url => {
      await using guarded = await startRedis('--requirepass', 'secret')
      const opening = openBullmqBroker({ url: `${url}:${guarded.port}` })
      await expect(opening).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    },
  )

  test('a reader stops, and a broker closes, while Redis is gone', async () => {
    await using lost = await startRedis()
    const broker = await openBullmqBroker({ url: lost.url, fleet: 'gone' })
    const found = reader(broker.pipe('jobs'))
    await broker.pipe('jobs').send('a')
    await found.count(1)
    await lost.kill()
    // It tries to connect again.
    await sleep(1_200)
    await found.end()
    await broker[Symbol.asyncDispose]()
  })

  test('what reaches a reader late, after it has left the pipe, is not taken', async () => {
    await using proxy = await startTcpProxy(redis!.port)
    await using far = await openBullmqBroker({ url: `redis://127.0.0.1:${proxy.port}`, fleet: 'late' })
    await using near = await openBullmqBroker({ url: redis!.url, fleet: 'late' })
    const found = reader(far.pipe('jobs'))
    await near.pipe('jobs').send('a')
    await found.count(1)
    // As for a process that stands still while Redis answers it.
    proxy.lose('toClient')
    await near.pipe('jobs').send('gone elsewhere')
    await near.pipe('jobs').remove()
    await sleep(2_500)
    proxy.heal()
    await near.pipe('jobs').send('b')
    await found.count(2)
    expect(found.frames()).toEqual(['a', 'b'])
    await found.end()
  })

  test('connections that are forgotten without a word are opened again, for whoever reads, writes or waits for tickets', async () => {
    await using proxy = await startTcpProxy(redis!.port)
    await using far = await openBullmqBroker({ url: `redis://127.0.0.1:${proxy.port}`, fleet: 'forgotten' })
    await using near = await openBullmqBroker({ url: redis!.url, fleet: 'forgotten' })
    const first = reader(far.pipe('to it'))
    const second = reader(near.pipe('from it'))
    const tickets: Ticket[] = []
    let taken = () => {}
    const serving = far.serve(4, async found => {
      tickets.push(found)
      taken()
    })
    const nextTicket = () => new Promise<void>(resolve => (taken = resolve))
    const served = nextTicket()
    await near.want(ticket(), 1)
    await near.pipe('to it').send('a')
    await far.pipe('from it').send('b')
    await Promise.all([first.count(1), second.count(1), served])

    proxy.forget()
    const servedAgain = nextTicket()
    await near.want(ticket(), 1)
    await near.pipe('to it').send('c')
    await Promise.all([far.pipe('from it').send('d'), first.count(2), second.count(2), servedAgain])
    expect([first.frames(), new Set(second.frames()), tickets.length]).toEqual([
      ['a', 'c'],
      new Set(['b', 'd']),
      2,
    ])
    await Promise.all([first.end(), second.end(), serving.drain()])
  }, 60_000)
})
