import { expect, test } from 'vitest'
import type { ProduceContext } from '../../../src/model/provider/provider.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'

const wrapped: Record<string, (context: ProduceContext) => ProduceContext> = {
  'taken apart and copied': context => ({ ...context }),
  'an object that inherits': context => Object.create(context),
  'a copy of its properties': context =>
    Object.defineProperties({} as ProduceContext, Object.getOwnPropertyDescriptors(context)),
  'a proxy': context => new Proxy(context, {}),
}

test.each(Object.entries(wrapped))('a provider may pass its context on to another as %s', async (_, wrap) => {
  const { outcome, inbox } = await runProvider((_, context) => {
    const { signal, idempotencyKey, log } = wrap(context)
    log('info', 'passed on')
    const isSame = signal === context.signal && idempotencyKey === context.idempotencyKey
    return { outputs: { Text: `${isSame} ${signal.aborted} ${idempotencyKey.length > 0}` } }
  })
  expect(valuesOf(outcome)).toEqual({ Text: 'true false true' })
  expect(inbox.messages).toContainEqual(expect.objectContaining({ message: 'passed on' }))
})

test('a context shows nothing of the engine', async () => {
  let keys: readonly string[] = []
  await runProvider((_, context) => {
    keys = Object.keys(context)
    expect(Object.getOwnPropertySymbols({ ...context })).toEqual([])
    return { outputs: { Text: '' } }
  })
  expect([...keys].sort()).toEqual([
    'blob',
    'checkpoint',
    'feedback',
    'idempotencyKey',
    'log',
    'progress',
    'read',
    'readStream',
    'responseHeaders',
    'resume',
    'signal',
    'traceparent',
  ])
})
