import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'pages',
  loops: { n: { count: 4 } },
  producers: {
    Page: { loop: 'n', provider: 'p', with: { n: '${index.n}' }, outputs: { Text: 'text', Title: 'text' } },
    Cover: { provider: 'p', outputs: { Text: 'text', Title: 'text' } },
  },
}

let engine: Engine
let version = 0
const calls = new Calls()
beforeEach(async () => {
  const { provider } = calls.provider(() => ({ outputs: { Text: `v${++version}`, Title: 't' }, costUsd: 1 }))
  const p = inline(provider, { priceUsd: { perCall: 1 } })
  engine = await testEngine({ store: await newStore('file'), concurrency: 1, providers: { p } })
  await runAll(engine, { blueprint })
  calls.take()
})
/** Ends after two calls. */
const interrupted = (regenerate: readonly string[]) => engine.run({ blueprint, regenerate, budgetRunUsd: 2 })

describe('a request to regenerate', () => {
  test('lasts over an interrupted run, is carried on by a plain one, and ends when all is made', async () => {
    expect(await interrupted(['Page'])).toMatchObject({ stopReason: 'budget', counts: { succeeded: 2 } })
    const first = calls.take()
    expect(await engine.movie('pages').status()).toMatchObject({ toRegenerate: 2 })
    const plan = await engine.plan({ blueprint })
    expect(plan.rows.find(row => row.producer === 'Page')).toMatchObject({
      run: 2,
      reasons: { regenerate: 2 },
    })
    await runAll(engine, { blueprint })
    expect([...first, ...calls.take()].sort()).toEqual(['Page[0]', 'Page[1]', 'Page[2]', 'Page[3]'])
    expect(await engine.movie('pages').status()).toMatchObject({ toRegenerate: 0 })
    expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { cached: 5, succeeded: 0 } })
    expect((await engine.movie('pages').verify()).findings).toEqual([])
  })

  test('is on record before the first call of its run', async () => {
    await interrupted(['Page[1]', 'Cover'])
    const types: string[] = []
    for await (const { event } of engine.movie('pages').events()) types.push(event.type)
    const at = types.lastIndexOf('regenerate.requested')
    expect(types.slice(at - 1, at + 1)).toEqual(['run.started', 'regenerate.requested'])
    expect(types.slice(0, at).filter(type => type === 'job.succeeded')).toHaveLength(5)
  })

  test('that nothing has interrupted leaves nothing behind', async () => {
    await runAll(engine, { blueprint, regenerate: ['Page'] })
    expect(calls.take()).toHaveLength(4)
    expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { cached: 5 } })
  })

  test('says what it leaves as it is, since it is pinned', async () => {
    for (const output of ['Text', 'Title']) await engine.movie('pages').pin(`Producer:Page[2].${output}`)
    await engine.movie('pages').pin('Producer:Page[1].Text')
    const pinned = ['Producer:Page[1].Text', 'Producer:Page[2].Text', 'Producer:Page[2].Title']
    const plan = await engine.plan({ blueprint, regenerate: ['Page'] })
    expect([...plan.pinned].sort()).toEqual(pinned)
    expect(plan.explain('Producer:Page[2]')).toMatchObject({ action: { type: 'cached', isPinned: true } })
    const run = engine.run({ blueprint, regenerate: ['Page'] })
    const told: string[] = []
    run.on('started', start => told.push(...start.pinned))
    const result = await run
    expect([...(result.pinned ?? [])].sort()).toEqual(pinned)
    expect(told.sort()).toEqual(pinned)
    expect(calls.take().sort()).toEqual(['Page[0]', 'Page[1]', 'Page[3]'])
    // A pinned job is not asked for: when it is unpinned, nothing happens to it.
    for (const output of ['Text', 'Title']) await engine.movie('pages').unpin(`Producer:Page[2].${output}`)
    await runAll(engine, { blueprint })
    expect(calls.take()).toEqual([])
  })
})

describe('noted for the next run', () => {
  test('jobs are made by it, and by none after that', async () => {
    await engine.movie('pages').pin('Producer:Page[2].Text')
    const noted = await engine.movie('pages').regenerate(['Page[1]', 'Page[2]', 'Cover where Title is t'])
    expect(noted).toEqual({ jobCount: 3, pinned: ['Producer:Page[2].Text'] })
    expect(calls.take()).toEqual([])
    expect(await engine.movie('pages').status()).toMatchObject({ toRegenerate: 3 })
    await runAll(engine, { blueprint })
    expect(calls.take().sort()).toEqual(['Cover', 'Page[1]', 'Page[2]'])
    await runAll(engine, { blueprint })
    expect(calls.take()).toEqual([])
    expect((await engine.movie('pages').verify()).findings).toEqual([])
  })

  test('a producer stands for all its jobs, but for those that are pinned whole', async () => {
    for (const output of ['Text', 'Title']) await engine.movie('pages').pin(`Producer:Page[0].${output}`)
    expect(await engine.movie('pages').regenerate('Page')).toMatchObject({ jobCount: 3 })
    await runAll(engine, { blueprint })
    expect(calls.take().sort()).toEqual(['Page[1]', 'Page[2]', 'Page[3]'])
  })

  test('what is not there is refused, and nothing is recorded', async () => {
    const movie = engine.movie('pages')
    await expect(movie.regenerate(['Page[1]', 'Page[9]'])).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    await expect(movie.regenerate([])).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await expect(engine.movie('none').regenerate('Page')).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
    expect(await movie.status()).toMatchObject({ toRegenerate: 0 })
  })

  test('a run in progress holds the movie', async () => {
    const run = engine.run({ blueprint, regenerate: ['Page'] })
    await new Promise<void>(resolve => void run.once('started', () => resolve()))
    await expect(engine.movie('pages').regenerate('Cover')).rejects.toMatchObject({ code: 'MOVIE_BUSY' })
    await run
  })
})
