import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type ProduceFunction, ProviderError } from '../../../dist/index.js'
import { Calls, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** One job for each word, which they read. */
const words = (extra: object = {}): BlueprintDefinition => ({
  name: 'words',
  inputs: { words: { type: 'json' } },
  loops: { word: { over: '${inputs.words}' } },
  producers: {
    Shout: {
      loop: 'word',
      provider: 'p',
      with: { text: '${word.text}' },
      outputs: { Loud: 'text', Picture: 'image/png' },
      ...extra,
    },
  },
})
const rows = (...texts: string[]) => ({ words: texts.map(text => ({ text })) })

let made = 0
const produce: ProduceFunction = async ({ inputs }) => {
  await new Promise(resolve => setImmediate(resolve))
  const text = `${inputs.text} ${++made}`
  return { outputs: { Loud: text, Picture: { bytes: Buffer.from(text), mimeType: 'image/png' } }, costUsd: 1 }
}

describe.each(STORES)('on a %s store', store => {
  test('jobs with the same inputs are made once, and all have the result', async () => {
    const calls = new Calls()
    const engine = await testEngine({
      store: await newStore(store),
      concurrency: 3,
      providers: { p: calls.provider(produce) },
    })
    const texts = Array.from({ length: 60 }, (_, at) => `w${at % 4}`)
    const result = await runAll(engine, { blueprint: words(), inputs: rows(...texts) })
    expect(result).toMatchObject({ counts: { succeeded: 60 }, reused: 56, costUsd: 4 })
    expect(calls.take()).toHaveLength(4)
    const values = await valuesIn(engine, 'words')
    expect(Object.keys(values)).toHaveLength(120)
    for (let at = 0; at < 60; at++) {
      expect(values[`Shout[${at}].Loud`]).toBe(values[`Shout[${at % 4}].Loud`])
      expect(values[`Shout[${at}].Picture`]).toBe(values[`Shout[${at % 4}].Loud`])
    }
    expect(await runAll(engine, { blueprint: words(), inputs: rows(...texts) })).toMatchObject({
      counts: { cached: 60 },
    })
  })
})

test('a failed one fails alone: the others of its kind are tried each for itself', async () => {
  const calls = new Calls()
  let failures = 1
  const p = calls.provider((request, context) => {
    if (failures-- > 0) throw new ProviderError('content', 'refused')
    return produce(request, context)
  })
  const engine = await testEngine({ store: 'memory:', concurrency: 2, providers: { p } })
  const result = await engine.run({ blueprint: words(), inputs: rows('a', 'a', 'a', 'a') })
  expect(result).toMatchObject({ status: 'failed', counts: { failed: 1, succeeded: 3 } })
})

test('while the first one waits for another attempt, the others wait for it', async () => {
  const calls = new Calls()
  let failures = 1
  const p = calls.provider((request, context) => {
    if (failures-- > 0) throw new ProviderError('overloaded', 'busy')
    return produce(request, context)
  })
  const engine = await testEngine({ store: 'memory:', concurrency: 4, providers: { p } })
  const blueprint = words({ retry: { baseDelay: '5ms' } })
  expect(await runAll(engine, { blueprint, inputs: rows('a', 'a', 'a') })).toMatchObject({ reused: 2 })
  expect(calls.take()).toEqual(['Shout[0]', 'Shout[0]'])
})

test('what the user asks to regenerate is regenerated', async () => {
  const calls = new Calls()
  const engine = await testEngine({ store: 'memory:', providers: { p: calls.provider(produce) } })
  const request = { blueprint: words(), inputs: rows('a', 'a', 'a') }
  await runAll(engine, request)
  calls.take()
  await runAll(engine, { ...request, regenerate: ['Shout'] })
  expect(calls.take()).toHaveLength(3)
})

test('a job that waits for one of two that are regenerated does not wait for ever', async () => {
  const calls = new Calls()
  const engine = await testEngine({ store: 'memory:', providers: { p: calls.provider(produce) } })
  const request = { blueprint: words(), inputs: rows('a', 'a', 'a'), regenerate: ['Shout[0]', 'Shout[2]'] }
  expect(await runAll(engine, request)).toMatchObject({ counts: { succeeded: 3 }, reused: 1 })
  expect(calls.take()).toEqual(['Shout[0]', 'Shout[2]'])
})

test('variants are all made: a loop that nothing reads asks for as many', async () => {
  const calls = new Calls()
  const engine = await testEngine({ store: 'memory:', providers: { p: calls.provider(produce) } })
  const definition = words()
  const blueprint: BlueprintDefinition = {
    ...definition,
    loops: { ...definition.loops, variant: { count: 3 } },
    producers: { Shout: { ...definition.producers.Shout!, loop: ['word', 'variant'] } },
  }
  const result = await runAll(engine, { blueprint, inputs: rows('a', 'a') })
  expect(result).toMatchObject({ counts: { succeeded: 6 }, reused: 3 })
  expect(calls.take()).toHaveLength(3)
})

test('two producers that ask for the same thing share it; "reuse: false" keeps out of it', async () => {
  const same = { provider: 'p', with: { text: 'x' }, outputs: { Loud: 'text', Picture: 'image/png' } }
  const calls = new Calls()
  const engine = await testEngine({ store: 'memory:', providers: { p: calls.provider(produce) } })
  const twins: BlueprintDefinition = { name: 'twins', producers: { One: same, Two: same } }
  expect(await runAll(engine, { blueprint: twins })).toMatchObject({ reused: 1 })
  const apart: BlueprintDefinition = {
    name: 'apart',
    producers: { One: same, Two: { ...same, reuse: false } },
  }
  expect(await runAll(engine, { blueprint: apart })).toMatchObject({ reused: 0 })
  expect(calls.take()).toHaveLength(3)
})
