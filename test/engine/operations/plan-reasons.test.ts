import { beforeEach, describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  describeReason,
  type Engine,
  type JobId,
  ProviderError,
} from '../../../dist/index.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { Calls, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** `Upper` → `Length` → `Page`: the same length or the same capitals must stop a change on its way. */
const chain: BlueprintDefinition = {
  name: 'chain',
  inputs: { text: 'text', style: { type: 'text', default: 'plain' } },
  producers: {
    Upper: { provider: 'upper', with: { text: '${inputs.text}' }, outputs: { Text: 'text' } },
    Length: { provider: 'length', with: { text: '${Upper.Text}' }, outputs: { Size: 'number' } },
    Page: {
      provider: 'page',
      with: { size: '${Length.Size}', style: '${inputs.style}' },
      outputs: { Text: 'text' },
    },
  },
}

describe.each(STORES)('why a job runs (%s)', kind => {
  const calls = new Calls()
  let store: string
  let engine: Engine
  let isBroken: boolean

  beforeEach(async () => {
    store = await newStore(kind)
    isBroken = false
    calls.take()
    engine = await testEngine({
      store,
      providers: {
        upper: calls.provider(({ inputs }) => ({ outputs: { Text: String(inputs.text).toUpperCase() } })),
        length: calls.provider(({ inputs }) => ({ outputs: { Size: String(inputs.text).length } })),
        page: calls.provider(({ inputs }) => {
          if (isBroken) throw new ProviderError('content', 'refused')
          return { outputs: { Text: `${inputs.size} ${inputs.style}` } }
        }),
      },
    })
  })

  const request = (inputs: object, blueprint = chain) => ({ blueprint, inputs: { text: 'fox', ...inputs } })

  /** What happens to each job: `cached`, or the reason it would run for. */
  async function actions(inputs: object, options: object = {}, blueprint = chain) {
    const { explain, counts } = await engine.plan({ ...request(inputs, blueprint), ...options })
    const byJob = ['Upper', 'Length', 'Page'].map(name => {
      const action = explain(`Producer:${name}` as JobId)!.action
      return action.type === 'run' ? action.reason : action.type
    })
    expect(counts.run).toBe(byJob.filter(action => action !== 'cached').length)
    return byJob
  }

  test('nothing was made yet', async () => {
    expect(await actions({})).toEqual([
      { type: 'missing' },
      { type: 'upstream', jobId: 'Producer:Upper' },
      { type: 'upstream', jobId: 'Producer:Length' },
    ])
    await runAll(engine, request({}))
    expect(calls.take()).toEqual(['Upper', 'Length', 'Page'])
    expect(await actions({})).toEqual(['cached', 'cached', 'cached'])
    const again = await runAll(engine, request({}))
    expect(calls.take()).toEqual([])
    expect(again).toMatchObject({ revision: 1, counts: { succeeded: 0, cached: 3 } })
  })

  test('an input changed, and the reason names it', async () => {
    await runAll(engine, request({}))
    const reasons = await actions({ style: 'bold' })
    expect(reasons).toEqual(['cached', 'cached', { type: 'changed', inputs: ['style'] }])
    expect(describeReason(reasons[2] as Parameters<typeof describeReason>[0])).toContain('"style"')
    calls.take()
    await runAll(engine, request({ style: 'bold' }))
    expect(calls.take()).toEqual(['Page'])
    expect(await valuesIn(engine, 'chain')).toMatchObject({ 'Page.Text': '3 bold' })
  })

  test('the same bytes from a job that ran again stop the wave there', async () => {
    await runAll(engine, request({ text: 'fox' }))
    calls.take()
    expect(await actions({ text: 'Fox' })).toEqual([
      { type: 'changed', inputs: ['text'] },
      { type: 'upstream', jobId: 'Producer:Upper' },
      { type: 'upstream', jobId: 'Producer:Length' },
    ])
    const sameCapitals = await runAll(engine, request({ text: 'Fox' }))
    expect(calls.take()).toEqual(['Upper'])
    expect(sameCapitals.counts).toMatchObject({ succeeded: 1, cached: 2 })
    await runAll(engine, request({ text: 'cat' }))
    expect(calls.take()).toEqual(['Upper', 'Length'])
    await runAll(engine, request({ text: 'horse' }))
    expect(calls.take()).toEqual(['Upper', 'Length', 'Page'])
  })

  test('the settings of its provider changed', async () => {
    await runAll(engine, request({}))
    const { Length, ...others } = chain.producers
    const blueprint = { ...chain, producers: { ...others, Length: { ...Length!, version: 2 } } }
    const [, reason] = await actions({}, {}, blueprint)
    expect(describeReason(reason as Parameters<typeof describeReason>[0])).toContain('provider settings')
    calls.take()
    await runAll(engine, request({}, blueprint))
    expect(calls.take()).toEqual(['Length'])
  })

  test('the user asked for it', async () => {
    await runAll(engine, request({}))
    calls.take()
    for (const wanted of ['Length', 'Producer:Length', 'Producer:Length.Size'])
      expect(await actions({}, { regenerate: [wanted] })).toEqual([
        'cached',
        { type: 'regenerate' },
        { type: 'upstream', jobId: 'Producer:Length' },
      ])
    await runAll(engine, { ...request({}), regenerate: ['Length'] })
    expect(calls.take()).toEqual(['Length'])
    await expect(engine.plan({ ...request({}), regenerate: ['Lenght'] })).rejects.toMatchObject({
      code: 'JOB_UNKNOWN',
      message: expect.stringContaining('Length'),
    })
  })

  test('its last attempt failed', async () => {
    isBroken = true
    const result = await engine.run(request({}))
    expect(result).toMatchObject({ status: 'failed', counts: { succeeded: 2, failed: 1 } })
    expect(await actions({})).toEqual([
      'cached',
      'cached',
      { type: 'failed', error: { code: 'content', message: 'refused' } },
    ])
    isBroken = false
    calls.take()
    await runAll(engine, request({}))
    expect(calls.take()).toEqual(['Page'])
  })

  test('it was submitted, and the run ended before the result came', async () => {
    await runAll(engine, request({}))
    const checkpoint = { id: 'abc' }
    const writerOf = async () =>
      (await openStore(store)).log('chain' as never).openWriter({
        holder: 'test/1/n',
        after: { seq: 0, offset: 0, token: 0 },
        onBatch: () => {},
      })
    const writer = await writerOf()
    const submitted = { type: 'job.submitted', jobId: 'Producer:Page' as JobId, attempt: 2 } as const
    await writer.append([
      { ...submitted, inputsHash: 'f'.repeat(64), checkpoint, timestamp: '2026-01-01T00:00:00Z' },
    ])
    await writer.close()
    expect(await actions({})).toEqual(['cached', 'cached', { type: 'interrupted' }])
    calls.take()
    await runAll(engine, request({}))
    expect(calls.take()).toEqual(['Page'])
  })
})
