import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/**
 * A movie whose manifest has the lists that its jobs have made in its header, as versions wrote them before lists had
 * lines of their own: two books, the scenes of each, and takes; one picture is edited.
 */
const FIXTURE = fileURLToPath(new URL('./fixtures/lists-in-header/shelf', import.meta.url))

const blueprint: BlueprintDefinition = {
  name: 'shelf',
  inputs: { books: 'table' },
  loops: {
    book: { over: '${inputs.books}', key: '${book.id}' },
    scene: { over: '${Script[book].Scenes}', key: '${scene.slug}', max: 10 },
    take: { count: '${Casting.Takes}', max: 5 },
  },
  producers: {
    Script: { loop: 'book', provider: 'p', with: { scenes: '${book.scenes}' }, outputs: { Scenes: 'json' } },
    Casting: { provider: 'p', outputs: { Takes: 'number' } },
    Picture: {
      loop: ['book', 'scene'],
      provider: 'p',
      with: { prompt: '${scene.prompt}' },
      outputs: { Text: 'text' },
    },
    Take: { loop: 'take', provider: 'p', with: { take: '${index.take}' }, outputs: { Text: 'text' } },
    Film: {
      loop: 'book',
      provider: 'p',
      with: { pictures: '${Picture[book][*].Text}' },
      outputs: { Text: 'text' },
    },
  },
}
const books = (fox: string) => [
  { id: 'fox', scenes: fox },
  { id: 'owl', scenes: 'night' },
]

let engine: Engine
let movieFolder: string
const calls = new Calls()
beforeEach(async () => {
  const store = await temporaryFolder()
  movieFolder = join(store, 'shelf')
  await cp(FIXTURE, movieFolder, { recursive: true })
  const p = calls.provider(({ producer, inputs }) => {
    if (producer === 'Casting') return { outputs: { Takes: 2 } }
    if (producer !== 'Script')
      return { outputs: { Text: `${producer}: ${Object.values(inputs).flat().join(', ')}` } }
    const slugs = String(inputs.scenes).split(' ')
    return { outputs: { Scenes: slugs.map(slug => ({ slug, prompt: `draw ${slug}` })) } }
  })
  engine = await testEngine({ store: `file:${store}`, providers: { p } })
  calls.take()
})

const run = (fox: string) => runAll(engine, { blueprint, inputs: { books: books(fox) } })

const manifestOf = async (revision: number) =>
  JSON.parse(
    await readFile(join(movieFolder, `manifests/${String(revision).padStart(12, '0')}.json`), 'utf8'),
  )

test('it is read, is clean, and has nothing to make', async () => {
  expect(await engine.movie('shelf').verify()).toMatchObject({ findings: [], isClean: true })
  expect(await valuesIn(engine, 'shelf')).toMatchObject({ 'Picture[fox][hunt].Text': 'my hunt' })
  const plan = await engine.plan({ blueprint, inputs: { books: books('den hunt home') } })
  expect(plan.counts).toMatchObject({ run: 0, cached: 11 })
  expect(await run('den hunt home')).toMatchObject({ counts: { succeeded: 0, cached: 11 } })
  expect(await engine.movie('shelf').output('Picture', ['fox', 'hunt'])).toEqual({ Text: 'my hunt' })
})

test('a run goes on with its lists, and gives them lines of their own', async () => {
  await run('hunt den lake home')
  expect(calls.take().sort()).toEqual(['Film[fox]', 'Picture[fox][lake]', 'Script[fox]'])
  expect(await valuesIn(engine, 'shelf')).toMatchObject({ 'Picture[fox][hunt].Text': 'my hunt' })
  expect(await engine.movie('shelf').verify()).toMatchObject({ findings: [], isClean: true })
  const { version, lists } = await manifestOf(3)
  expect({ version, keys: lists.map((list: { keys: unknown }) => list.keys) }).toEqual({
    version: 3,
    keys: [['hunt', 'den', 'lake', 'home'], ['night'], undefined],
  })
  expect(await run('hunt den lake home')).toMatchObject({ counts: { succeeded: 0 } })
})
