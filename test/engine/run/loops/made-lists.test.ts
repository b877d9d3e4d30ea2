import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

interface Scene {
  readonly slug: string
  readonly text: string
  readonly shots?: number
}

const blueprint: BlueprintDefinition = {
  name: 'film',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}', key: '${row.id}' },
    scene: { over: '${Script[row].Scenes}', key: '${scene.slug}', max: 4 },
    shot: { count: '${Board[row][scene].Shots}', max: 5 },
  },
  producers: {
    Script: { loop: 'row', provider: 'write', with: { id: '${row.id}' }, outputs: { Scenes: 'json' } },
    Board: {
      loop: ['row', 'scene'],
      provider: 'board',
      with: { scene: '${scene}' },
      outputs: { Shots: 'number' },
    },
    Picture: {
      loop: ['row', 'scene', 'shot'],
      provider: 'echo',
      with: { text: '${scene.text}', shot: '${index.shot}', before: '${Picture[row][scene][shot-1].Text?}' },
      outputs: { Text: 'text' },
    },
    Film: {
      loop: 'row',
      provider: 'echo',
      with: { pictures: '${Picture[row][*][*].Text}', scenes: '${Board[row][*].Shots}' },
      outputs: { Text: 'text' },
    },
    Shelf: { provider: 'echo', with: { films: '${Film[*].Text}' }, outputs: { Text: 'text' } },
  },
}

const rows = [{ id: 'fox' }, { id: 'owl' }]
let scripts: Record<string, unknown>
let engine: Engine
const calls = new Calls()
beforeEach(async () => {
  scripts = {
    fox: [
      { slug: 'wood', text: 'a wood', shots: 2 },
      { slug: 'den', text: 'a den', shots: 0 },
    ],
    owl: [],
  }
  const write = calls.provider(({ inputs }) => ({ outputs: { Scenes: scripts[String(inputs.id)] as never } }))
  const board = calls.provider(({ inputs }) => ({
    outputs: { Shots: (inputs.scene as unknown as Scene).shots ?? 1 },
  }))
  const echo = calls.provider(({ inputs }) => ({ outputs: { Text: JSON.stringify(inputs) } }))
  engine = await testEngine({
    store: await newStore('file'),
    providers: { write: inline(write.provider), board: inline(board.provider), echo: inline(echo.provider) },
  })
  calls.take()
})

const run = (request: object = {}) => engine.run({ blueprint, inputs: { rows }, ...request })
const all = (request: object = {}) => runAll(engine, { blueprint, inputs: { rows }, ...request })

describe('lists that jobs make', () => {
  test('make jobs for their elements, in lists inside of lists', async () => {
    expect(await all()).toMatchObject({ counts: { succeeded: 2 + 2 + 2 + 2 + 1 } })
    expect(calls.take().sort()).toEqual([
      'Board[fox][den]',
      'Board[fox][wood]',
      'Film[fox]',
      'Film[owl]',
      'Picture[fox][wood][0]',
      'Picture[fox][wood][1]',
      'Script[fox]',
      'Script[owl]',
      'Shelf',
    ])
    const values = await valuesIn(engine, 'film')
    expect(JSON.parse(String(values['Film[owl].Text']))).toEqual({ pictures: [], scenes: [] })
    expect(JSON.parse(String(values['Film[fox].Text']))).toMatchObject({ scenes: [2, 0] })
    expect((await engine.movie('film').verify()).findings).toEqual([])
  })

  test('are on record before the first job for an element, and once', async () => {
    await all()
    await all()
    const types: string[] = []
    for await (const { event } of engine.movie('film').events())
      if (event.type === 'loop.expanded') types.push(`${event.loop} ${event.parents?.join(' ')}`)
      else if (event.type === 'job.succeeded') types.push(event.jobId.replace('Producer:', ''))
    expect(types.filter(type => type.startsWith('scene'))).toEqual(['scene fox', 'scene owl'])
    expect(types.indexOf('scene fox')).toBeLessThan(types.indexOf('Board[fox][wood]'))
    expect(types.indexOf('shot fox wood')).toBeLessThan(types.indexOf('Picture[fox][wood][0]'))
  })

  test('are up to date, and cost what an edit changes', async () => {
    await all()
    calls.take()
    expect(await all()).toMatchObject({ counts: { cached: 9, succeeded: 0 } })
    scripts.fox = [
      { slug: 'new', text: 'new', shots: 1 },
      { slug: 'den', text: 'a den', shots: 0 },
      { slug: 'wood', text: 'another wood', shots: 2 },
    ]
    await all({ regenerate: ['Script[fox]'] })
    expect(calls.take().sort()).toEqual([
      'Board[fox][new]',
      'Board[fox][wood]',
      'Film[fox]',
      'Picture[fox][new][0]',
      'Picture[fox][wood][0]',
      'Picture[fox][wood][1]',
      'Script[fox]',
      'Shelf',
    ])
    expect((await engine.movie('film').verify()).findings).toEqual([])
  })

  test('keep what they had for elements that go and come back', async () => {
    await all()
    const before = scripts.fox
    scripts.fox = []
    await all({ regenerate: ['Script[fox]'] })
    calls.take()
    scripts.fox = before
    await all({ regenerate: ['Script[fox]'] })
    expect(calls.take().filter(job => /Board|Picture/.test(job))).toEqual([])
  })

  test.each([
    ['too long', Array.from({ length: 5 }, (_, at) => ({ slug: `s${at}`, text: 't' })), 'max'],
    ['no list', { slug: 'wood' }, 'not a list'],
    ['doubled', [{ slug: 'a' }, { slug: 'a' }], 'same key'],
  ])('that are %s fail their loop alone, and can be edited', async (_, list, said) => {
    scripts.owl = list
    const result = await run()
    expect(result).toMatchObject({ status: 'failed', failures: [{ code: 'invalid', count: 1 }] })
    expect(result.failures![0]!.message).toContain(said)
    expect(calls.take()).not.toContain('Film[owl]')
    expect(await valuesIn(engine, 'film')).toHaveProperty('Film[fox].Text')
    await engine.movie('film').edit('Script[owl].Scenes', [{ slug: 'x', text: 'x' }])
    expect(await all()).toMatchObject({ counts: { failed: 0 } })
    expect(calls.take().sort()).toEqual(['Board[owl][x]', 'Film[owl]', 'Picture[owl][x][0]', 'Shelf'])
  })

  test('are foreseen where they are there, and told of where they are not', async () => {
    const first = await engine.plan({ blueprint, inputs: { rows } })
    expect(first.unknownLists).toMatchObject([{ loop: 'scene', lists: 2, max: 4, lastCount: 0 }])
    await all()
    const unchanged = await engine.plan({ blueprint, inputs: { rows } })
    expect(unchanged).toMatchObject({ unknownLists: [], counts: { jobs: 9, cached: 9 } })
    expect(unchanged.explain('Producer:Picture[fox][wood][1]')).toMatchObject({ action: { type: 'cached' } })
    const again = await engine.plan({ blueprint, inputs: { rows }, regenerate: ['Script'] })
    expect(again.unknownLists).toMatchObject([{ loop: 'scene', lists: 2, lastCount: 2 }])
  })

  test('belong to the movie for those who read it', async () => {
    await all()
    expect(await engine.movie('film').status()).toMatchObject({ openJobs: 0 })
    const found = []
    for await (const row of engine.movie('film').rows('row')) found.push(row)
    expect(found.map(row => (row.Picture as unknown[][]).map(list => list.length))).toEqual([[2, 0], []])
    expect(await engine.movie('film').output('Picture', ['fox', 'wood', 1])).toMatchObject({
      Text: expect.stringContaining('a wood'),
    })
  })
})
