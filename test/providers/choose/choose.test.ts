import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/model/json.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import choose from '../../../src/providers/choose/choose.js'
import { solidPng } from '../../../src/providers/simulate/png.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const TEXT = { Text: { type: 'text' } }
const ALL = { ...TEXT, Index: { type: 'number' }, Score: { type: 'number' } }

async function outcomeOf(inputs: Record<string, InputValue>, config: JsonObject = {}, outputs: object = ALL) {
  return (await runProvider(choose, { config, outputs: outputs as never }, { inputs })).outcome
}
const values = async (...given: Parameters<typeof outcomeOf>) => valuesOf(await outcomeOf(...given))
const codeOf = async (...given: Parameters<typeof outcomeOf>) => {
  const outcome = await outcomeOf(...given)
  return outcome.state === 'failed' ? outcome.error.code : 'succeeded'
}

describe('by scores', () => {
  test('the highest wins, with its place and its score', async () => {
    const inputs = { from: ['a', 'b', 'c'], scores: [0.2, 0.9, 0.5] }
    expect(await values(inputs)).toEqual({ Text: 'b', Index: 1, Score: 0.9 })
    expect(await values(inputs, {}, TEXT)).toEqual({ Text: 'b' })
  })

  test('the lowest wins where the order says so', async () => {
    const inputs = { from: ['a', 'b', 'c'], scores: [3, -1, 2] }
    expect(await values(inputs, { order: 'lowest' })).toEqual({ Text: 'b', Index: 1, Score: -1 })
  })

  test('of equal ones the first', async () => {
    expect(await values({ from: ['a', 'b', 'c'], scores: [1, 7, 7] })).toMatchObject({ Index: 1 })
    expect(await values({ from: ['a', 'b', 'c'], scores: [7, 1, 1] }, { order: 'lowest' })).toMatchObject({
      Index: 1,
    })
  })

  test('candidates and scores that are null are passed over', async () => {
    const inputs = { from: [null, 'b', 'c', 'd'], scores: [9, 1, null, 2] }
    expect(await values(inputs)).toEqual({ Text: 'd', Index: 3, Score: 2 })
  })

  test('scores that a model has written as text count as numbers', async () => {
    expect(await values({ from: ['a', 'b'], scores: ['9', ' 10\n'] })).toMatchObject({ Index: 1, Score: 10 })
  })

  test('a best one past the limit is not chosen, one at the limit is', async () => {
    const inputs = { from: ['a', 'b'], scores: [0.4, 0.7] }
    expect(await codeOf(inputs, { atLeast: 0.8 })).toBe('content')
    expect(await codeOf(inputs, { atLeast: 0.7 })).toBe('succeeded')
    expect(await codeOf(inputs, { order: 'lowest', atMost: 0.3 })).toBe('content')
    expect(await codeOf(inputs, { order: 'lowest', atMost: 0.4 })).toBe('succeeded')
  })

  test.each([
    ['an empty list', { from: [], scores: [] }],
    ['only nulls', { from: ['a', null], scores: [null, 1] }],
    ['an absent list', { scores: [] }],
  ])('nothing is left of %s', async (_, inputs) => {
    expect(await codeOf(inputs)).toBe('content')
  })

  test.each([
    ['lists of different lengths', { from: ['a', 'b'], scores: [1] }],
    ['a score that is no number', { from: ['a', 'b'], scores: [1, 'good'] }],
    ['an empty text as a score', { from: ['a', 'b'], scores: [1, ''] }],
    ['true as a score', { from: ['a'], scores: [true] }],
    ['candidates that are no list', { from: 'abc', scores: [1] }],
  ])('%s are invalid', async (_, inputs) => {
    expect(await codeOf(inputs)).toBe('invalid')
  })
})

describe('by a pick', () => {
  const outputs = { Text: { type: 'text' }, Index: { type: 'number' } }
  test.each([2, '2', ' 2\n'])('%j chooses the third', async pick => {
    expect(await values({ from: ['a', 'b', 'c'], pick }, {}, outputs)).toEqual({ Text: 'c', Index: 2 })
  })

  test.each([3, -1, 0.5, 'the second', '', true, null])('%j is no candidate', async pick => {
    expect(await codeOf({ from: ['a', 'b', 'c'], pick }, {}, outputs)).toBe('invalid')
  })

  test('a candidate that is null is not chosen', async () => {
    expect(await codeOf({ from: ['a', null], pick: 1 }, {}, outputs)).toBe('content')
    expect(await codeOf({ from: [null], pick: 0 }, {}, outputs)).toBe('content')
  })
})

test('JSON and numbers become outputs of their types', async () => {
  const from = [{ a: 1 }, { b: [2] }]
  expect(await values({ from, scores: [0, 1] }, {}, { Card: { type: 'json' } })).toEqual({ Card: { b: [2] } })
  expect(await values({ from: [5, 6], pick: 0 }, {}, { Size: { type: 'number' } })).toEqual({ Size: 5 })
})

test('a picture is handed on by its reference: nothing is read or stored', async () => {
  const calls: string[] = []
  class WatchedBlobs extends MemoryBlobs {
    override async put(...given: Parameters<MemoryBlobs['put']>) {
      calls.push('put')
      return await super.put(...given)
    }
    override async read(blob: BlobRef) {
      calls.push('read')
      return await super.read(blob)
    }
  }
  const blobs = new WatchedBlobs()
  const first = await blobs.put(solidPng(8, 8, [200, 0, 0], 0), 'image/png')
  const second = await blobs.put(solidPng(8, 8, [0, 200, 0], 0), 'image/png')
  calls.length = 0
  const template = { config: {}, outputs: { Image: { type: 'image/png' } } }
  const inputs = { from: [first, second], scores: [1, 2] }
  const { outcome } = await runProvider(choose, template, { inputs }, { blobs })
  expect(valuesOf(outcome)).toEqual({ Image: second })
  expect(calls).toEqual([])
})

describe('when a run is planned', () => {
  const number = { type: 'number', isList: false }
  const text = { type: 'text', isList: false }
  const look = (
    inputs: string[],
    config: JsonObject = {},
    outputs: Record<string, { type: string; isList: boolean }> = { Text: text },
  ) => choose.check!({ inputs, config, outputs, model: undefined, baseFolder: '/' })

  test.each([
    [['from', 'scores'], {}, { Text: text, Index: number, Score: number }],
    [['from', 'scores'], { order: 'lowest', atMost: 1 }, { Text: text }],
    [['from', 'pick'], {}, { Image: { type: 'image/*', isList: false }, Index: number }],
  ])('%j with %j is right', (inputs, config, outputs) => {
    expect(look(inputs, config, outputs as never)).toEqual([])
  })

  test('an unknown input is told with the names there are', () => {
    expect(look(['form', 'scores'])).toMatchObject([{ unknown: { what: 'input', name: 'form' } }])
    expect(look(['from', 'scores', 'judge'])).toMatchObject([{ unknown: { name: 'judge' } }])
  })

  test.each([
    ['no candidates', ['scores'], 1],
    ['nothing that decides', ['from'], 1],
    ['two that decide', ['from', 'scores', 'pick'], 1],
    ['nothing at all', [], 2],
  ])('%s', (_, inputs, count) => {
    expect(look(inputs)).toHaveLength(count)
  })

  test.each([
    ['no output for the candidate', { Index: number }],
    ['two outputs for it', { Text: text, Indexx: number }],
    ['an Index that is no number', { Text: text, Index: text }],
    ['an output spread over a loop', { Text: { type: 'text', isList: true } }],
  ])('%s', (_, outputs) => {
    expect(look(['from', 'scores'], {}, outputs as never)).toHaveLength(1)
  })

  test('a score of a pick', () => {
    expect(look(['from', 'pick'], {}, { Text: text, Score: number })).toHaveLength(1)
  })

  test.each([
    [{ ordr: 'lowest' }, 'ordr', { name: 'ordr', known: ['order', 'atLeast', 'atMost'] }],
    [{ order: 'highst' }, 'order', { name: 'highst', known: ['highest', 'lowest'] }],
    [{ atMost: 1 }, 'atMost', undefined],
    [{ order: 'lowest', atLeast: 1 }, 'atLeast', undefined],
    [{ atLeast: 'much' }, 'atLeast', undefined],
  ])('%j', (config, key, unknown) => {
    const mistakes = look(['from', 'scores'], config)
    expect(mistakes.map(({ path }) => path)).toEqual([[key]])
    if (unknown !== undefined) expect(mistakes[0]).toMatchObject({ unknown })
  })

  test('settings for scores beside a pick', () => {
    expect(look(['from', 'pick'], { atLeast: 1 })).toMatchObject([{ path: ['atLeast'] }])
  })
})
