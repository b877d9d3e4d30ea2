import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../dist/index.js'
import { Calls, runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** What is kept for an element of a list inside of a list follows its key, and stays with it while it is gone. */

interface Scene {
  readonly id: string
  readonly text: string
}
interface Book {
  readonly id: string
  readonly scenes: readonly Scene[]
}

const blueprint = (outerKey: boolean, isMade: boolean): BlueprintDefinition => ({
  name: 'shelf',
  inputs: { books: 'json' },
  loops: {
    book: { over: '${inputs.books}', ...(outerKey && { key: '${book.id}' }) },
    scene: {
      over: isMade ? '${Write[book].Scenes}' : '${book.scenes}',
      ...(isMade && { max: 10 }),
      key: '${scene.id}',
    },
  },
  producers: {
    ...(isMade && {
      Write: {
        loop: 'book',
        provider: 'p',
        with: { scenes: '${book.scenes}' },
        outputs: { Scenes: 'json' as const },
      },
    }),
    Say: {
      loop: ['book', 'scene'],
      provider: 'p',
      with: { text: '${scene.text}' },
      outputs: { Text: 'text' },
    },
  },
})

const scene = (id: string, text = `text of ${id}`): Scene => ({ id, text })
const fox: Book = { id: 'fox', scenes: [scene('den'), scene('hunt'), scene('home')] }
const owl: Book = { id: 'owl', scenes: [scene('den', 'the den of the owl'), scene('night')] }

async function open(outerKey: boolean, isMade: boolean) {
  const calls = new Calls()
  const p = calls.provider(({ inputs }) => ({
    outputs: inputs.scenes ? { Scenes: inputs.scenes as never } : { Text: `said ${inputs.text}` },
  }))
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  const run = async (...books: Book[]) => {
    const result = await runAll(engine, {
      blueprint: blueprint(outerKey, isMade),
      inputs: { books: books as never },
    })
    expect(await engine.movie('shelf').verify()).toMatchObject({ findings: [] })
    return {
      called: calls.take().filter(job => job.startsWith('Say')).length,
      orphaned: result.orphaned ?? [],
    }
  }
  /** By book and scene, by what names them for people. */
  const texts = async (...books: Book[]) => {
    const values = await valuesIn(engine, 'shelf')
    return books.map(({ id, scenes }, at) =>
      scenes.map(each => values[`Say[${outerKey ? id : at}][${each.id}].Text`]),
    )
  }
  await run(fox, owl)
  await engine.movie('shelf').edit(`Producer:Say[${outerKey ? 'fox' : 0}][hunt].Text`, 'my hunt')
  return { run, texts, engine }
}

describe.each([
  ['of inputs, in a list with keys', true, false],
  ['of inputs, in a list without', false, false],
  ['that jobs make, in a list with keys', true, true],
  ['that jobs make, in a list without', false, true],
])('an element of lists with keys %s', (_, outerKey, isMade) => {
  const said = ({ scenes }: Book) => scenes.map(({ text }) => `said ${text}`)
  const cases: [string, readonly Book[], number, readonly (readonly string[])[]][] = [
    [
      'moves in its list',
      [{ ...fox, scenes: [scene('hunt'), scene('home'), scene('den')] }, owl],
      0,
      [['my hunt', 'said text of home', 'said text of den'], said(owl)],
    ],
    [
      'has one put before it',
      [{ ...fox, scenes: [scene('new'), ...fox.scenes] }, owl],
      1,
      [['said text of new', 'said text of den', 'my hunt', 'said text of home'], said(owl)],
    ],
    ['has its list moved', [owl, fox], 0, [said(owl), ['said text of den', 'my hunt', 'said text of home']]],
    [
      'has a list put before its own',
      [{ id: 'elk', scenes: [scene('hunt', 'the hunt of the elk')] }, fox, owl],
      1,
      [['said the hunt of the elk'], ['said text of den', 'my hunt', 'said text of home'], said(owl)],
    ],
    [
      'changes',
      [{ ...fox, scenes: [scene('den'), scene('hunt', 'other'), scene('home')] }, owl],
      0,
      [['said text of den', 'my hunt', 'said text of home'], said(owl)],
    ],
  ]
  test.each(cases)('%s', async (_, books, count, expected) => {
    const { run, texts } = await open(outerKey, isMade)
    expect(await run(...books)).toEqual({ called: count, orphaned: [] })
    expect(await texts(...books)).toEqual(expected)
    expect(await run(fox, owl)).toEqual({ called: 0, orphaned: [] })
    expect(await texts(fox, owl)).toEqual([['said text of den', 'my hunt', 'said text of home'], said(owl)])
  })

  test('gets another key, and its own again', async () => {
    const { run, texts } = await open(outerKey, isMade)
    const chase = scene('chase', 'text of hunt')
    const renamed = { ...fox, scenes: [scene('den'), chase, scene('home')] }
    const { called, orphaned } = await run(renamed, owl)
    expect({ called, orphaned: orphaned.length }).toEqual({ called: 0, orphaned: 1 })
    expect(await texts(renamed, owl)).toEqual([
      ['said text of den', 'said text of hunt', 'said text of home'],
      said(owl),
    ])
    expect(await run(fox, owl)).toEqual({ called: 0, orphaned: [] })
    expect(await texts(fox, owl)).toEqual([['said text of den', 'my hunt', 'said text of home'], said(owl)])
  })

  test('goes to another list, and its own with it', async () => {
    const { run, texts } = await open(outerKey, isMade)
    const without = { ...fox, scenes: [scene('den'), scene('home')] }
    const more = { ...owl, scenes: [scene('hunt'), ...owl.scenes] }
    const { called, orphaned } = await run(without, more)
    // A key names an element of its list: in another one it is another element, whose text was made.
    expect({ called, orphaned: orphaned.length }).toEqual({ called: 0, orphaned: 1 })
    expect(await texts(without, more)).toEqual([
      ['said text of den', 'said text of home'],
      ['said text of hunt', ...said(owl)],
    ])
    expect(await run(fox, owl)).toEqual({ called: 0, orphaned: [] })
    // Its list goes, and comes back as it was.
    expect(await run(owl)).toMatchObject({ called: 0, orphaned: [expect.any(String)] })
    expect(await run(owl, fox)).toEqual({ called: 0, orphaned: [] })
    expect(await texts(owl, fox)).toEqual([said(owl), ['said text of den', 'my hunt', 'said text of home']])
  })
})
