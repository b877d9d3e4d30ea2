import { expect, onTestFinished, test } from 'vitest'
import { longFetch } from '../../../../src/providers/kit/fetch/long-fetch.js'
import { startLoopback } from '../../../support/servers/loopback-server.js'

const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

test('an answer that comes after the limit of fetch still comes', async () => {
  const { url: closed, close } = await startLoopback(() => ({}))
  await fetch(closed)
  await close()
  const dispatchers = globalThis as unknown as Record<symbol, object>
  const usual = dispatchers[GLOBAL_DISPATCHER]!
  onTestFinished(() => {
    dispatchers[GLOBAL_DISPATCHER] = usual
  })
  const Agent = usual.constructor as new (options: object) => object
  dispatchers[GLOBAL_DISPATCHER] = new Agent({ headersTimeout: 100 })

  let answer = () => {}
  const isTime = new Promise<void>(resolve => {
    answer = resolve
  })
  const { url } = await startLoopback(async () => {
    await isTime
    return { body: 'late' }
  })
  const patient = longFetch(url)
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } })
  answer()
  expect(await (await patient).text()).toBe('late')
})
