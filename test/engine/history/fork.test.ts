import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** Going on from a moment of a movie's past, under another name. */

const movie: BlueprintDefinition = {
  name: 'movie',
  inputs: { style: { type: 'text', default: 'ink' } },
  loops: { n: { count: 2 } },
  producers: {
    Tag: { loop: 'n', provider: 'p', with: { style: '${inputs.style}' }, outputs: { Small: 'image/png' } },
    Picture: { provider: 'p', with: { style: '${inputs.style}' }, outputs: { Large: 'image/png' } },
  },
}

async function open(kind: (typeof STORES)[number]) {
  const calls = new Calls()
  const p = calls.provider(async ({ producer, inputs, indices }, context) => {
    const text = `${inputs.style} ${indices.n ?? ''}`
    const bytes = Buffer.from(producer === 'Tag' ? text : text.padEnd(100_000, '.'))
    const blob = await context.blob(bytes, 'image/png')
    return { outputs: producer === 'Tag' ? { Small: blob } : { Large: blob } }
  })
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  const run = async (style: string, movieId = 'movie') => {
    const { runId } = await runAll(engine, { blueprint: movie, inputs: { style }, movieId })
    return { runId, calls: calls.take() }
  }
  return { engine, run }
}

const listed = async (engine: Engine): Promise<string[]> => {
  const ids: string[] = []
  for await (const id of engine.listMovies()) ids.push(id)
  return ids
}

describe.each(STORES)('fork (%s)', kind => {
  test('has what was there at a moment, and a run of it pays nothing for that', async () => {
    const { engine, run } = await open(kind)
    const first = await run('ink')
    const before = await valuesIn(engine, 'movie')
    await run('oil')
    const forked = await engine.movie('movie').fork({ as: 'fork', at: first.runId })
    expect(forked).toMatchObject({ movieId: 'fork', from: 'movie', blobs: 3, missingBlobs: 0 })
    expect(forked.sharedBlobs).toBe(kind === 'memory' ? 0 : 1)
    expect(await listed(engine)).toEqual(['fork', 'movie'])
    expect(await valuesIn(engine, 'fork')).toEqual(before)
    const events = []
    for await (const logged of engine.movie('fork').events()) events.push(logged)
    const original = []
    for await (const logged of engine.movie('movie').events()) original.push(logged)
    expect(events).toEqual(original.slice(0, forked.at.seq))
    expect(await engine.movie('fork').verify()).toMatchObject({ isClean: true })
    expect((await run('ink', 'fork')).calls).toEqual([])
    expect((await run('oil', 'fork')).calls).toHaveLength(3)
    expect(await engine.movie('fork').verify()).toMatchObject({ isClean: true })
  })

  test('each keeps what it needs, whatever gc takes from the other', async () => {
    const { engine, run } = await open(kind)
    await run('ink')
    await engine.movie('movie').fork({ as: 'fork' })
    const before = await valuesIn(engine, 'fork')
    const { Picture, Tag: _ } = movie.producers as Record<string, object>
    const other = { name: 'movie', producers: { Other: { ...Picture, with: { style: 'wax' } } } }
    await runAll(engine, { blueprint: other as unknown as BlueprintDefinition })
    expect(await engine.movie('movie').gc({ goneArtifacts: true })).toMatchObject({ removedArtifacts: 3 })
    expect(await valuesIn(engine, 'fork')).toEqual(before)
    await engine.movie('fork').gc()
    expect(await valuesIn(engine, 'fork')).toEqual(before)
    expect(await engine.movie('fork').verify()).toMatchObject({ isClean: true })
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })
  })

  test('one that ended early is no movie, and is repeated; a name that is taken is refused', async () => {
    const { engine, run } = await open(kind)
    await run('ink')
    const stopped = new AbortController()
    const forking = engine.movie('movie').fork({ as: 'fork', signal: stopped.signal })
    stopped.abort()
    await expect(forking).rejects.toMatchObject({ name: 'AbortError' })
    expect(await listed(engine)).toEqual(['movie'])
    await engine.movie('movie').fork({ as: 'fork' })
    await expect(engine.movie('movie').fork({ as: 'fork' })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await expect(engine.movie('movie').fork({ as: 'No Name' })).rejects.toMatchObject({
      code: 'MOVIE_ID_INVALID',
    })
    await expect(engine.movie('movie').fork({ as: 'f', at: 999 })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    })
  })
})
