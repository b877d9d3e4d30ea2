import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../dist/index.js'
import { Calls, gate, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

const movie: BlueprintDefinition = {
  name: 'movie',
  inputs: { tone: { type: 'text', default: 'dry' } },
  producers: {
    Script: { provider: 'p', with: { tone: '${inputs.tone}' }, outputs: { Title: 'text', Facts: 'json' } },
    Cover: { provider: 'p', with: { title: '${Script.Title}' }, outputs: { Image: 'image/png' } },
    Page: {
      provider: 'p',
      with: { title: '${Script.Title}', cover: '${Cover.Image}' },
      outputs: { Html: 'text' },
    },
  },
}
const TITLE = 'Producer:Script.Title'
const FACTS = 'Producer:Script.Facts'
const IMAGE = 'Producer:Cover.Image'
const MY_PICTURE = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('my own')])

async function open(kind: (typeof STORES)[number]) {
  const calls = new Calls()
  const p = calls.provider(async ({ producer, inputs }, context) => {
    if (producer === 'Script')
      return { outputs: { Title: `A ${inputs.tone} title`, Facts: { tone: String(inputs.tone) } } }
    if (producer === 'Page') return { outputs: { Html: `<h1>${inputs.title}</h1>` } }
    return { outputs: { Image: await context.blob(Buffer.from(`cover of ${inputs.title}`), 'image/png') } }
  })
  const url = await newStore(kind)
  const engine = await testEngine({ store: url, providers: { p } })
  await runAll(engine, { blueprint: movie })
  calls.take()
  const again = async (tone = 'dry') => {
    await runAll(engine, { blueprint: movie, inputs: { tone } })
    return calls.take()
  }
  return { engine, url, again }
}

const recordOf = async (engine: Engine, id: string) => {
  for await (const record of engine.movie('movie').artifacts()) if (record.artifactId === id) return record
  return undefined
}

describe.each(STORES)('an edited artifact (%s)', kind => {
  test('is kept, and what reads it is regenerated; unpinned, it is what its job has made', async () => {
    const { engine, again } = await open(kind)
    const edited = await engine.movie('movie').edit(TITLE, 'My title')
    expect(edited).toMatchObject({ value: 'My title', override: 'edited' })
    const plan = await engine.plan({ blueprint: movie })
    expect(plan.counts).toMatchObject({ run: 2, cached: 1 })
    expect(await again()).toEqual(['Cover', 'Page'])
    expect(await again()).toEqual([])
    // Its job regenerates its other output, and this one stays.
    expect(await again('warm')).toEqual(['Script'])
    expect(await valuesIn(engine, 'movie')).toMatchObject({
      'Script.Title': 'My title',
      'Script.Facts': { tone: 'warm' },
      'Page.Html': '<h1>My title</h1>',
    })
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })

    expect(await engine.movie('movie').unpin(TITLE)).toMatchObject({
      value: 'My title',
      override: 'unpinned',
    })
    expect(await again('warm')).toEqual(['Cover', 'Page'])
    const made = await recordOf(engine, TITLE)
    expect(made).toMatchObject({ value: 'A warm title' })
    expect(made).not.toHaveProperty('keep')
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })
  })

  test('of bytes is kept; a job whose outputs are all pinned does not run', async () => {
    const { engine, again } = await open(kind)
    await engine.movie('movie').edit(IMAGE, MY_PICTURE)
    expect(await again()).toEqual(['Page'])
    expect(await again('warm')).toEqual(['Script', 'Page'])
    const { blob } = (await recordOf(engine, IMAGE))!
    const chunks: Uint8Array[] = []
    for await (const chunk of engine.movie('movie').blob(blob!).stream()) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(MY_PICTURE)
    await engine.movie('movie').unpin(IMAGE)
    expect(await again('warm')).toEqual(['Cover', 'Page'])
  })

  test('pinned as it is, it stays; unpinned, it follows its inputs again', async () => {
    const { engine, again } = await open(kind)
    for (const id of [TITLE, FACTS, TITLE]) await engine.movie('movie').pin(id)
    expect(await again('warm')).toEqual([])
    for (const id of [TITLE, FACTS]) await engine.movie('movie').unpin(id)
    expect(await again('warm')).toEqual(['Script', 'Cover', 'Page'])
  })

  test('survives without its manifest', async () => {
    const { engine, url, again } = await open(kind)
    await engine.movie('movie').edit(FACTS, { mine: true })
    await again()
    const { openStore } = await import('../../../dist/storage/open-store.js')
    const store = await openStore(url)
    for (const revision of [1, 2])
      await store.files.delete(`movie/manifests/${String(revision).padStart(12, '0')}.json`)
    expect(await recordOf(engine, FACTS)).toMatchObject({ value: { mine: true }, override: 'edited' })
  })
})

test('a picture of another format is kept under its own type', async () => {
  const { engine } = await open('memory')
  const record = await engine.movie('movie').edit(IMAGE, Buffer.from('GIF89a\0\0'))
  expect(record.blob?.mimeType).toBe('image/gif')
})

test('two edits of one version: the second is told of both', async () => {
  const { engine } = await open('memory')
  const base = (await recordOf(engine, TITLE))!.hash
  const first = await engine.movie('movie').edit(TITLE, 'one', { base })
  await expect(engine.movie('movie').edit(TITLE, 'two', { base })).rejects.toMatchObject({
    code: 'EDIT_CONFLICT',
    details: { base, current: first.hash },
  })
  expect(await recordOf(engine, TITLE)).toMatchObject({ value: 'one' })
  await engine.movie('movie').edit(TITLE, 'two', { base: first.hash })
})

test('what cannot be edited is refused, and nothing is written', async () => {
  const { engine } = await open('memory')
  const before = (await engine.movie('movie').status()).artifacts
  await expect(engine.movie('movie').edit('Producer:Script.Titel', 'x')).rejects.toMatchObject({
    code: 'ARTIFACT_UNKNOWN',
    message: expect.stringContaining(`Did you mean "${TITLE}"`),
  })
  await expect(engine.movie('movie').edit(FACTS, { a: Number.NaN })).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  })
  await expect(engine.movie('movie').edit(TITLE, 'x', { bas: 'y' } as never)).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  })
  await expect(engine.movie('movie').edit(TITLE, 5)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(engine.movie('movie').edit(IMAGE, { a: 1 })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  // A program is no picture, and a picture of another format is one.
  for (const bytes of [Buffer.from('export default 1'), Buffer.from('%PDF-1.7\n\0'), Buffer.from('<html>')])
    await expect(engine.movie('movie').edit(IMAGE, bytes)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(engine.movie('ghost').pin(TITLE)).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  expect((await engine.movie('movie').status()).artifacts).toBe(before)
})

test('a large value stays readable: its new version is JSON as well', async () => {
  const large = { lines: Array.from({ length: 4_000 }, (_, index) => `line ${index}`) }
  const engine = await testEngine({
    store: 'memory:',
    providers: {
      p: inline(({ producer, inputs }) =>
        producer === 'Facts'
          ? { outputs: { All: large } }
          : { outputs: { Count: (inputs.all as unknown as typeof large).lines.length } },
      ),
    },
  })
  const blueprint: BlueprintDefinition = {
    name: 'movie',
    producers: {
      Facts: { provider: 'p', outputs: { All: 'json' } },
      Sum: { provider: 'p', with: { all: '${Facts.All}' }, outputs: { Count: 'number' } },
    },
  }
  await runAll(engine, { blueprint })
  const id = 'Producer:Facts.All'
  await expect(engine.movie('movie').edit(id, Buffer.from('{"lines":'))).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  })
  for (const content of [{ lines: ['one'] }, Buffer.from('{"lines":["one"]}')]) {
    expect(await engine.movie('movie').edit(id, content)).toMatchObject({ override: 'edited' })
    await runAll(engine, { blueprint })
    expect(await valuesIn(engine, 'movie')).toMatchObject({ 'Sum.Count': 1 })
  }
})

test('while a run is in progress the movie is busy', async () => {
  const started = gate()
  const release = gate()
  const engine = await testEngine({
    store: 'memory:',
    providers: {
      p: inline(async () => {
        started.open()
        await release.opened
        return { outputs: { Text: 'x' } }
      }),
    },
  })
  const blueprint = { name: 'movie', producers: { One: { provider: 'p', outputs: { Text: 'text' } } } }
  const run = engine.run({ blueprint })
  await started.opened
  // Only a run can wait, or take over: a way out that the call does not have helps nobody.
  await expect(engine.movie('movie').pin('Producer:One.Text')).rejects.toMatchObject({
    code: 'MOVIE_BUSY',
    message: expect.not.stringMatching(/--wait|--takeover/),
  })
  release.open()
  await run
})
