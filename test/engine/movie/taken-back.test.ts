import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Whatever is taken back finds what was made before, in the same process, from the manifest, and from the log alone. */

const TITLE = 'Producer:Script.Title'
const FACTS = 'Producer:Script.Facts'

const movie = (outputs: readonly string[] = ['Title', 'Facts']): BlueprintDefinition => ({
  name: 'movie',
  inputs: { tone: { type: 'text', default: 'dry' } },
  producers: {
    Script: {
      provider: 'p',
      with: { tone: '${inputs.tone}' },
      outputs: Object.fromEntries(outputs.map(name => [name, 'text'])),
    },
    Page: { provider: 'p', with: { title: '${Script.Title}' }, outputs: { Html: 'text' } },
  },
})

let folder: string
let count = 0
let engine: Engine
const calls = new Calls()
const p = calls.provider(({ inputs, outputs }) => {
  const number = ++count
  return {
    outputs: Object.fromEntries(
      Object.keys(outputs).map(name => [name, `${name} of ${inputs.tone ?? inputs.title}, ${number}`]),
    ),
  }
})

const open = async (): Promise<void> => {
  engine = await testEngine({ store: `file:${folder}`, providers: { p } })
}

beforeEach(async () => {
  count = 0
  folder = await temporaryFolder()
  await open()
  await run()
  calls.take()
})

const run = (tone = 'dry', outputs?: readonly string[]) =>
  runAll(engine, { blueprint: movie(outputs), inputs: { tone } })

/** The calls of a run, which a plan has foreseen; the movie is in order after it. */
async function callsOf(tone = 'dry', outputs?: readonly string[]): Promise<string[]> {
  const plan = await engine.plan({ blueprint: movie(outputs), inputs: { tone } })
  await run(tone, outputs)
  const made = calls.take()
  // What reads a job that runs may turn out to be free.
  if (made.length === 0) expect(plan.counts.run).toBe(0)
  else expect(plan.counts.run).toBeGreaterThanOrEqual(made.length)
  expect(await engine.movie('movie').verify()).toMatchObject({ findings: [], isClean: true })
  await run(tone, outputs)
  expect(calls.take()).toEqual([])
  return made
}

const between = {
  'at once': async () => {},
  'from the manifest': open,
  'from the log alone': async () => {
    const manifests = join(folder, 'movie/manifests')
    for (const name of await readdir(manifests)) await rm(join(manifests, name))
    await open()
  },
  'after gc': async () => {
    await engine.movie('movie').gc()
    await open()
  },
}

describe.each(Object.entries(between))('%s', (_, later) => {
  test('an edit that is unpinned gives way to what its job had made', async () => {
    const before = await valuesIn(engine, 'movie')
    await engine.movie('movie').edit(TITLE, 'mine')
    await engine.movie('movie').edit(FACTS, 'mine as well')
    await later()
    expect(await callsOf()).toEqual(['Page'])
    await engine.movie('movie').unpin(TITLE)
    await later()
    expect(await callsOf()).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual({ ...before, 'Script.Facts': 'mine as well' })
    await engine.movie('movie').unpin(FACTS)
    await later()
    expect(await callsOf()).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(before)
  })

  test('an edit that is edited again as well', async () => {
    const before = await valuesIn(engine, 'movie')
    await engine.movie('movie').pin(TITLE)
    for (const text of ['one', 'two']) await engine.movie('movie').edit(TITLE, text)
    await later()
    await engine.movie('movie').unpin(TITLE)
    expect(await callsOf()).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(before)
  })

  test('a part that was pinned while its job made another one follows when it is unpinned', async () => {
    const dry = await valuesIn(engine, 'movie')
    await engine.movie('movie').pin(TITLE)
    await later()
    expect(await callsOf('warm')).toEqual(['Script'])
    const warm = await valuesIn(engine, 'movie')
    expect(warm).toMatchObject({ 'Script.Title': dry['Script.Title'], 'Script.Facts': 'Facts of warm, 3' })
    await later()
    expect(await callsOf('dry')).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(dry)
    expect(await callsOf('warm')).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(warm)

    await engine.movie('movie').unpin(TITLE)
    await later()
    expect(await callsOf('warm')).toEqual(['Page'])
    expect(await valuesIn(engine, 'movie')).toMatchObject({
      'Script.Title': 'Title of warm, 3',
      'Script.Facts': 'Facts of warm, 3',
    })
    await later()
    expect(await callsOf('dry')).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(dry)
  })

  test('a result that is part one, part another is never taken for either', async () => {
    await engine.movie('movie').pin(TITLE)
    expect(await callsOf('warm')).toEqual(['Script'])
    await engine.movie('movie').unpin(TITLE)
    await later()
    // Before anything has given the title back, its inputs change once more.
    expect(await callsOf('cold')).toEqual(['Script', 'Page'])
    await later()
    expect(await callsOf('warm')).toEqual(['Page'])
    expect(await valuesIn(engine, 'movie')).toMatchObject({
      'Script.Title': 'Title of warm, 3',
      'Script.Facts': 'Facts of warm, 3',
    })
  })

  test('an output that is added, and taken away, and added again', async () => {
    const two = await valuesIn(engine, 'movie')
    const outputs = ['Title', 'Facts', 'Mood']
    expect(await callsOf('dry', outputs)).toEqual(['Script', 'Page'])
    const three = await valuesIn(engine, 'movie')
    await later()
    expect(await callsOf()).toEqual([])
    expect(await valuesIn(engine, 'movie')).toMatchObject(two)
    await later()
    expect(await callsOf('dry', ['Title'])).toEqual(['Script', 'Page'])
    await later()
    expect(await callsOf('dry', outputs)).toEqual([])
    expect(await valuesIn(engine, 'movie')).toEqual(three)
    await later()
    expect(await callsOf('dry', ['Title'])).toEqual([])
    expect(await callsOf()).toEqual([])
    expect(await valuesIn(engine, 'movie')).toMatchObject(two)
  })
})

test('a change of thousands of variants, which are all made from the same', async () => {
  const variants = (version: string): BlueprintDefinition => ({
    name: 'variants',
    loops: { n: { count: 4000 } },
    producers: {
      Idea: {
        loop: 'n',
        provider: 'p',
        version,
        with: { title: 'the same' },
        outputs: { Text: 'text' },
      },
    },
  })
  await runAll(engine, { blueprint: variants('a') })
  const made = await valuesIn(engine, 'variants')
  await runAll(engine, { blueprint: variants('b') })
  calls.take()
  // What no job has is looked for when the manifest is saved: not among all variants for each.
  await runAll(engine, { blueprint: variants('a') })
  expect(calls.take()).toEqual([])
  expect(await valuesIn(engine, 'variants')).toEqual(made)
})
