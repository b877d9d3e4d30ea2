import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline, type MovieRow } from '../../../../dist/index.js'
import { newStore, runAll, testEngine } from '../../../support/engine-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const film: BlueprintDefinition = {
  name: 'film',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}', key: '${row.id}' },
    scene: { over: '${Script[row].Scenes}', key: '${scene.slug}', max: 4 },
    shot: { over: '${scene.shots}', max: 4 },
    take: { count: 2 },
  },
  producers: {
    Script: { loop: 'row', provider: 'write', with: { id: '${row.id}' }, outputs: { Scenes: 'json' } },
    Picture: {
      loop: ['row', 'scene'],
      provider: 'echo',
      with: { row: '${row.id}', text: '${scene.slug}' },
      outputs: { Text: 'text' },
    },
    Take: {
      loop: ['row', 'scene', 'shot', 'take'],
      provider: 'echo',
      with: { row: '${row.id}', text: '${scene.slug} ${shot} ${index.take}' },
      outputs: { Text: 'text' },
    },
  },
}
const inputs = { rows: [{ id: 'fox' }, { id: 'owl' }, { id: 'elk' }] }
const scenes: Record<string, object[]> = {
  // Too long for the log.
  fox: [
    { slug: 'wood', shots: ['far', 'near'], note: 'x'.repeat(20_000) },
    { slug: 'den', shots: [] },
  ],
  owl: [],
  elk: [{ slug: 'wood', shots: ['far'] }],
}

let engine: Engine
beforeEach(async () => {
  engine = await testEngine({
    store: await newStore('file'),
    providers: {
      write: inline(({ inputs }) => ({
        outputs: { Scenes: scenes[String(inputs.id)] as never },
        costUsd: 0.01,
      })),
      echo: inline(({ inputs }) => ({ outputs: { Text: String(inputs.text) }, costUsd: 0.01 })),
    },
  })
})

const rowsOf = async (movie: string, loop: string, keys?: string[]) => {
  const rows: MovieRow[] = []
  for await (const row of engine.movie(movie).rows(loop, { keys })) rows.push(row)
  return rows
}

test('rows of lists that jobs have made are their elements, with the elements around them', async () => {
  await runAll(engine, { blueprint: film, inputs })
  const found = await rowsOf('film', 'scene')
  expect(found.map(({ key, parents, status }) => [parents, key, status])).toEqual([
    [['fox'], 'wood', 'succeeded'],
    [['fox'], 'den', 'succeeded'],
    [['elk'], 'wood', 'succeeded'],
  ])
  expect(found[0]).toMatchObject({
    element: { slug: 'wood', shots: ['far', 'near'] },
    costUsd: 0.05,
    Picture: { Text: 'wood' },
    Take: [
      [{ Text: 'wood far 0' }, { Text: 'wood far 1' }],
      [{ Text: 'wood near 0' }, { Text: 'wood near 1' }],
    ],
  })
  expect((await rowsOf('film', 'scene', ['wood'])).map(({ parents }) => parents)).toEqual([['fox'], ['elk']])
  const shots = await rowsOf('film', 'shot')
  expect(shots.map(({ key, parents, element }) => [parents, key, element])).toEqual([
    [['fox', 'wood'], 0, 'far'],
    [['fox', 'wood'], 1, 'near'],
    [['elk', 'wood'], 0, 'far'],
  ])
  expect(shots[2]).toMatchObject({ Take: [{ Text: 'wood far 0' }, { Text: 'wood far 1' }] })
  await expect(rowsOf('film', 'scenes')).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})

test('they are exported with a column for each loop around them', async () => {
  await runAll(engine, { blueprint: film, inputs })
  const to = join(await temporaryFolder(), 'shots.csv')
  expect(await engine.movie('film').exportRows({ rows: 'shot', to })).toMatchObject({ rows: 3 })
  const [header, ...lines] = (await readFile(to, 'utf8')).trim().split('\n')
  expect(header).toBe('row,scene,key,shot,Take.Text,status,errorCode,errorMessage,costUsd,provider,model')
  expect(lines[2]).toBe('elk,wood,0,far,"[""wood far 0"",""wood far 1""]",succeeded,,,0.02,echo,')
})

test('lists inside of elements have their keys in ids, rows and counts', async () => {
  const books: BlueprintDefinition = {
    name: 'books',
    inputs: { books: 'json' },
    loops: {
      book: { over: '${inputs.books}' },
      scene: { over: '${book.scenes}', key: '${scene.slug}' },
    },
    producers: {
      Picture: {
        loop: ['book', 'scene'],
        provider: 'echo',
        with: { text: '${scene.text}' },
        outputs: { Text: 'text' },
      },
    },
  }
  const given = {
    books: [
      {
        scenes: [
          { slug: 'wood', text: 'a' },
          { slug: 'den', text: 'b' },
        ],
      },
      { scenes: [{ slug: 'wood', text: 'c' }] },
    ],
  }
  await runAll(engine, { blueprint: books, inputs: given })
  const found = await rowsOf('books', 'scene')
  expect(found.map(({ key, parents, status, Picture }) => [parents, key, status, Picture])).toEqual([
    [[0], 'wood', 'succeeded', { Text: 'a' }],
    [[0], 'den', 'succeeded', { Text: 'b' }],
    [[1], 'wood', 'succeeded', { Text: 'c' }],
  ])
  expect(await engine.movie('books').status()).toMatchObject({ openJobs: 0, goneArtifacts: 0 })
  expect(await engine.movie('books').output('Picture', [1, 'wood'])).toEqual({ Text: 'c' })
})
