import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'books',
  inputs: { books: 'json' },
  loops: {
    book: { over: '${inputs.books}' },
    scene: { over: '${book.scenes}' },
    take: { count: '${scene.takes}' },
  },
  producers: {
    Picture: {
      loop: ['book', 'scene'],
      provider: 'echo',
      with: { prompt: '${scene.text}', before: '${Picture[book][scene-1].Text?}' },
      outputs: { Text: 'text' },
    },
    Take: {
      loop: ['book', 'scene', 'take'],
      provider: 'echo',
      with: { of: '${Picture[book][scene].Text}', take: '${index.take}' },
      outputs: { Text: 'text' },
    },
    Film: {
      loop: 'book',
      provider: 'list',
      with: {
        title: '${book.title}',
        pictures: '${Picture[book][*].Text}',
        takes: '${Take[book][*][*].Text}',
      },
      outputs: { Cuts: { type: 'text', loop: 'scene' } },
    },
    Shelf: {
      provider: 'echo',
      with: { cuts: '${Film[*].Cuts[*]}', first: '${Picture[*][0].Text}', all: '${Take[*][*][*].Text}' },
      outputs: { Text: 'text' },
    },
  },
}

const scene = (text: string, takes: number) => ({ text, takes })
const books = [
  { title: 'fox', scenes: [scene('wood', 2), scene('den', 0), scene('hill', 1)] },
  { title: 'empty', scenes: [] },
  { title: 'owl', scenes: [scene('night', 3)] },
]

let engine: Engine
const calls = new Calls()
beforeEach(async () => {
  const { provider } = calls.provider(request => ({ outputs: { Text: JSON.stringify(request.inputs) } }))
  const list = inline(async ({ inputs, outputs }) => ({
    outputs: { Cuts: Array.from({ length: outputs.Cuts!.count! }, (_, at) => `${inputs.title} ${at}`) },
  }))
  engine = await testEngine({ store: await newStore('file'), providers: { echo: inline(provider), list } })
  calls.take()
})

describe('lists inside the elements of a loop', () => {
  test('make a job for each of their elements, read by neighbours, fan-ins and spread outputs', async () => {
    expect(await runAll(engine, { blueprint, inputs: { books } })).toMatchObject({
      status: 'succeeded',
      counts: { succeeded: 4 + 6 + 3 + 1 },
    })
    const shelf = JSON.parse(String((await valuesIn(engine, 'books'))['Shelf.Text'])) as {
      cuts: string[]
      first: string[]
      all: string[]
    }
    expect(shelf.cuts).toEqual(['fox 0', 'fox 1', 'fox 2', 'owl 0'])
    expect(shelf.first.map(text => JSON.parse(text).prompt)).toEqual(['wood', 'night'])
    expect(shelf.all.map(text => JSON.parse(text).take)).toEqual([0, 1, 0, 0, 1, 2])
    expect(calls.take()).toContain('Take[0][2][0]')
    expect((await engine.movie('books').verify()).findings).toEqual([])
  })

  test('are up to date, and make what an edit adds', async () => {
    await runAll(engine, { blueprint, inputs: { books } })
    calls.take()
    expect(await runAll(engine, { blueprint, inputs: { books } })).toMatchObject({
      counts: { cached: 14, succeeded: 0 },
    })
    expect(calls.take()).toEqual([])
    const longer = structuredClone(books)
    longer[2]!.scenes.push(scene('dawn', 1))
    await runAll(engine, { blueprint, inputs: { books: longer } })
    expect(calls.take().sort()).toEqual(['Picture[2][1]', 'Shelf', 'Take[2][1][0]'])
    expect(await engine.movie('books').output('Take', [2, 1, 0])).toMatchObject({ Text: expect.anything() })
  })

  test('are read as lists in lists by rows', async () => {
    await runAll(engine, { blueprint, inputs: { books } })
    const rows = []
    for await (const row of engine.movie('books').rows('book')) rows.push(row)
    expect(rows.map(row => (row.Take as unknown[][]).map(list => list.length))).toEqual([[2, 0, 1], [], [3]])
  })

  test('are told where one is wrong', async () => {
    const wrong = [books[0], { title: 'none' }]
    await expect(runAll(engine, { blueprint, inputs: { books: wrong } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('inside element 2'),
    })
  })
})
