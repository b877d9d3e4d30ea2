import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type JobId, openEngine } from '../../../dist/index.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder, 'parts'))
  await writer('one')
  await lib('one')
  await writeFile(join(folder, 'unread.mjs'), 'export {}')
})

const writer = (text: string) =>
  writeFile(
    join(folder, 'writer.mjs'),
    `import { part } from './parts/part.mjs'\nexport default () => ({ outputs: { Text: part + ' ${text}' } })\n`,
  )
const lib = (text: string) => writeFile(join(folder, 'parts', 'part.mjs'), `export const part = '${text}'\n`)

interface Settings {
  readonly producer?: object
  readonly provider?: object
  readonly cache?: string
  readonly movieId?: string
}

const requestOf = ({ producer = {}, movieId = 'one' }: Settings) => ({
  movieId,
  blueprint: {
    name: 'one',
    producers: { One: { provider: 'writer', outputs: { Text: 'text' }, ...producer } },
  },
})
// Each run with an engine of its own: a thread loads a module once.
const open = ({ provider = { module: './writer.mjs' }, cache }: Settings) =>
  openEngine({
    store: `file:${join(folder, 'movies')}`,
    folder,
    providers: { writer: provider as never },
    cache,
    threads: 1,
  })

async function run(settings: Settings = {}) {
  await using engine = await open(settings)
  const { counts, reused } = await engine.run(requestOf(settings))
  let value: unknown
  for await (const record of engine.movie(settings.movieId ?? 'one').artifacts()) value = record.value
  return { made: counts.succeeded, cached: counts.cached, reused, value }
}

async function reason(settings: Settings = {}) {
  await using engine = await open(settings)
  return (await engine.plan(requestOf(settings))).explain('Producer:One' as JobId)?.action
}

describe('a provider whose code changes', () => {
  test('makes its jobs again, and the plan says why', async () => {
    expect(await run()).toMatchObject({ made: 1, value: 'one one' })
    expect(await run()).toMatchObject({ made: 0, cached: 1 })
    await writer('two')
    expect(await reason()).toEqual({ type: 'run', reason: { type: 'changed', inputs: ['(code)'] } })
    expect(await run()).toMatchObject({ made: 1, value: 'one two' })
    expect(await reason()).toEqual({ type: 'cached' })
  })

  test('so does a file of its folder that it imports, and no other one', async () => {
    await run()
    await writeFile(join(folder, 'unread.mjs'), 'export const changed = true')
    expect(await reason()).toEqual({ type: 'cached' })
    await lib('two')
    expect(await run()).toMatchObject({ made: 1, value: 'two one' })
  })

  test.each([
    ['module', { provider: 'module', config: { file: './writer.mjs' } }],
    ['command', { provider: 'command', config: { command: 'node', args: ['{{baseFolder}}/writer.mjs'] } }],
  ])('so does the file that %s names', async (_, producer) => {
    await using engine = await open({})
    const blueprint = join(folder, 'one.json')
    await writeFile(blueprint, JSON.stringify(requestOf({ producer }).blueprint))
    await engine.run({ blueprint, movieId: 'one' })
    await writer('two')
    await using later = await open({})
    const { action } = (await later.plan({ blueprint, movieId: 'one' })).explain('Producer:One' as JobId)!
    expect(action).toEqual({ type: 'run', reason: { type: 'changed', inputs: ['(code)'] } })
  })

  test('takes nothing out of a cache that other code has made', async () => {
    const cache = `file:${join(folder, 'cache')}`
    await run({ cache })
    expect(await run({ cache, movieId: 'two' })).toMatchObject({ reused: 1 })
    await writer('two')
    expect(await run({ cache, movieId: 'three' })).toMatchObject({ made: 1, reused: 0 })
  })
})

describe('a version', () => {
  test('in the blueprint stands for the code', async () => {
    const producer = { version: '1' }
    await run({ producer })
    await writer('two')
    expect(await reason({ producer })).toEqual({ type: 'cached' })
    expect(await reason({ producer: { version: '2' } })).toMatchObject({ type: 'run' })
  })

  test('in the config does as well, and its first one makes nothing again', async () => {
    const versioned = (version: string) => ({ provider: { module: './writer.mjs', version } })
    await run()
    await writer('two')
    expect(await reason(versioned('a'))).toEqual({ type: 'cached' })
    expect(await run(versioned('b'))).toMatchObject({ made: 0 })
    await run({ ...versioned('b'), producer: { with: { a: 'b' } } })
    expect(await reason({ ...versioned('b'), producer: { with: { a: 'b' } } })).toEqual({ type: 'cached' })
    expect(await reason({ ...versioned('c'), producer: { with: { a: 'b' } } })).toEqual({
      type: 'run',
      reason: { type: 'changed', inputs: ['(code)'] },
    })
  })
})
