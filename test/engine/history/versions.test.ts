import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** What an artifact was before, and how it comes back. */

const movie: BlueprintDefinition = {
  name: 'movie',
  inputs: { tone: { type: 'text', default: 'dry' } },
  producers: {
    Script: { provider: 'p', with: { tone: '${inputs.tone}' }, outputs: { Title: 'text' } },
    Cover: { provider: 'p', with: { title: '${Script.Title}' }, outputs: { Image: 'image/png' } },
  },
}
const TITLE = 'Script.Title'
const IMAGE = 'Producer:Cover.Image'

async function open(kind: (typeof STORES)[number]) {
  const calls = new Calls()
  let count = 0
  const p = calls.provider(async ({ producer, inputs }, context) => {
    count++
    if (producer === 'Script') return { outputs: { Title: `A ${inputs.tone} title` }, costUsd: 0.25 }
    const image = Buffer.from(`cover ${count} of ${inputs.title}`)
    return { outputs: { Image: await context.blob(image, 'image/png') } }
  })
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  const run = async (tone = 'dry', regenerate?: string[]) => {
    const { runId } = await runAll(engine, { blueprint: movie, inputs: { tone }, regenerate })
    return { runId, calls: calls.take() }
  }
  return { engine, run }
}

const versionsOf = (engine: Engine, artifact: string) => engine.movie('movie').versions(artifact)

describe.each(STORES)('versions (%s)', kind => {
  test('are all that was ever made, from the oldest on', async () => {
    const { engine, run } = await open(kind)
    const first = await run()
    const second = await run('warm')
    await engine.movie('movie').edit(TITLE, 'Mine')
    const versions = await versionsOf(engine, TITLE)
    expect(versions).toEqual([
      {
        version: 1,
        seq: expect.any(Number),
        madeAt: expect.stringMatching(/^20..-.*Z$/),
        runId: first.runId,
        madeBy: 'job',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        inputsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        sizeBytes: 11,
        value: 'A dry title',
        costUsd: 0.25,
        isCurrent: false,
      },
      expect.objectContaining({ version: 2, runId: second.runId, value: 'A warm title', isCurrent: false }),
      expect.objectContaining({
        version: 3,
        madeBy: 'user',
        value: 'Mine',
        isCurrent: true,
        override: 'edited',
      }),
    ])
    expect(versions[2]).not.toHaveProperty('runId')
    expect(await versionsOf(engine, 'Script.Nothing')).toEqual([])
  })

  test('say what people have said of them', async () => {
    const { engine, run } = await open(kind)
    await run()
    await engine.movie('movie').review([{ artifact: TITLE, decision: 'reject', note: 'too dry', by: 'Ada' }])
    await engine.movie('movie').edit(TITLE, 'Mine')
    expect((await versionsOf(engine, TITLE)).map(({ review }) => review)).toEqual([
      { state: 'rejected', at: expect.any(String), note: 'too dry', by: 'Ada' },
      undefined,
    ])
  })

  test('of bytes can be read; what its job makes beside a pin is one, and not the current one', async () => {
    const { engine, run } = await open(kind)
    await run()
    await engine.movie('movie').pin(TITLE)
    const [image] = await versionsOf(engine, IMAGE)
    expect(await image!.blob!.text()).toBe('cover 2 of A dry title')
    await engine.movie('movie').unpin(TITLE)
    await run('warm')
    expect((await versionsOf(engine, IMAGE)).map(({ isCurrent }) => isCurrent)).toEqual([false, true])
  })
})

describe.each(STORES)('restore (%s)', kind => {
  test('brings a version back, keeps it, and what reads it is regenerated', async () => {
    const { engine, run } = await open(kind)
    await run()
    await run('warm')
    expect(await engine.movie('movie').restore(TITLE, 1)).toMatchObject({ value: 'A dry title' })
    expect((await run('warm')).calls).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual({
      'Script.Title': 'A dry title',
      'Cover.Image': 'cover 2 of A dry title',
    })
    expect((await run('sad')).calls).toEqual([])
    expect((await versionsOf(engine, TITLE)).at(-1)).toMatchObject({
      version: 3,
      madeBy: 'user',
      restoredFrom: 1,
      isCurrent: true,
      override: 'edited',
    })
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })
    // It was made from another tone: given back, its job makes its own.
    await engine.movie('movie').unpin(TITLE)
    expect((await run('sad')).calls).toEqual(['Script', 'Cover'])
  })

  test('what was made from what the job reads today stays when it is unpinned, until that changes', async () => {
    const { engine, run } = await open(kind)
    await run()
    await run('dry', ['Cover'])
    const [first, second] = await versionsOf(engine, IMAGE)
    expect(await engine.movie('movie').restore(IMAGE, first!.hash.slice(0, 12))).toMatchObject({
      hash: first!.hash,
      override: 'pinned',
    })
    expect((await run('dry')).calls).toEqual([])
    await engine.movie('movie').unpin(IMAGE)
    expect((await run('dry')).calls).toEqual([])
    expect(await valuesIn(engine, 'movie')).toMatchObject({ 'Cover.Image': 'cover 2 of A dry title' })
    expect(second!.hash).not.toBe(first!.hash)
    expect((await run('warm')).calls).toEqual(['Script', 'Cover'])
  })

  test('of the current version keeps it, once', async () => {
    const { engine, run } = await open(kind)
    await run()
    expect(await engine.movie('movie').restore(TITLE, 1)).toMatchObject({ override: 'pinned' })
    await engine.movie('movie').restore(TITLE, 1)
    expect(await versionsOf(engine, TITLE)).toHaveLength(1)
    await engine.movie('movie').unpin(TITLE)
    expect((await run()).calls).toEqual([])
  })

  test('after gc: versions of what is there are kept, and those of what is gone are told to be', async () => {
    const { engine, run } = await open(kind)
    await run()
    await run('warm')
    await engine.movie('movie').gc({ goneArtifacts: true })
    const restored = await engine.movie('movie').restore(IMAGE, 1)
    expect(await restored.blob!.text()).toBe('cover 2 of A dry title')
    const { Cover: _, ...producers } = movie.producers as Record<string, object>
    await runAll(engine, { blueprint: { ...movie, producers } as BlueprintDefinition })
    await engine.movie('movie').unpin(IMAGE)
    await run('warm')
    await runAll(engine, { blueprint: { ...movie, producers } as BlueprintDefinition })
    expect(await engine.movie('movie').gc({ goneArtifacts: true })).toMatchObject({ removedArtifacts: 1 })
    const versions = await versionsOf(engine, IMAGE)
    expect(versions.length).toBeGreaterThan(1)
    expect(versions.every(({ isMissing, isCurrent }) => isMissing && !isCurrent)).toBe(true)
    await expect(engine.movie('movie').restore(IMAGE, 1)).rejects.toMatchObject({ code: 'ARTIFACT_UNKNOWN' })
    await run('warm')
    await expect(engine.movie('movie').restore(IMAGE, 1)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
  })
})

test('a version that there is not, and what is no version, are refused', async () => {
  const { engine, run } = await open('memory')
  await run()
  const restore = (artifact: string, version: number | string) =>
    engine.movie('movie').restore(artifact, version)
  await expect(restore(TITLE, 2)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(restore(TITLE, 'latest')).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(restore(TITLE, 0)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(restore('Script.Titel', 1)).rejects.toMatchObject({ code: 'ARTIFACT_UNKNOWN' })
  expect(await versionsOf(engine, TITLE)).toHaveLength(1)
})
