import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../../dist/index.js'
import { testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/**
 * A movie that a version wrote which named jobs by their position alone: three rows (Ann, Bob, Cy), a tag of each and one
 * text of all, and the tag of Bob pinned.
 */
const FIXTURE = fileURLToPath(new URL('./fixtures/tags-by-position/tags', import.meta.url))
const ROWS = [
  { id: 'a', name: 'Ann' },
  { id: 'b', name: 'Bob' },
  { id: 'c', name: 'Cy' },
]
const template = (text: string) => ({ provider: 'template', config: { template: text } })
const blueprint = (key?: string) => ({
  name: 'tags',
  inputs: { rows: { type: 'table' as const } },
  loops: { row: { over: '${inputs.rows}', ...(key && { key }) } },
  producers: {
    Tag: {
      loop: 'row',
      ...template('hi {{name}}'),
      with: { name: '${row.name}' },
      outputs: { Text: 'text' },
    },
    All: {
      ...template('{{#tags}}{{.}} {{/tags}}'),
      with: { tags: '${Tag[*].Text}' },
      outputs: { Text: 'text' },
    },
  },
})

let engine: Engine
let movieFolder: string
beforeEach(async () => {
  const store = await temporaryFolder()
  movieFolder = join(store, 'tags')
  await cp(FIXTURE, movieFolder, { recursive: true })
  engine = await testEngine({ store: `file:${store}` })
})

async function made(key: string | undefined, rows: readonly { id: string; name: string }[]) {
  const run = engine.run({ blueprint: blueprint(key), inputs: { rows } })
  const called: string[] = []
  run.on('job', update => update.state === 'succeeded' && !update.reused && called.push(update.jobId))
  expect(await run).toMatchObject({ status: 'succeeded' })
  expect(await engine.movie('tags').verify()).toMatchObject({ isClean: true, findings: [] })
  return called.sort()
}

async function pinned(): Promise<unknown[]> {
  const values = []
  for await (const { override, value } of engine.movie('tags').artifacts()) if (override) values.push(value)
  return values
}

describe.each(['its manifest', 'its log alone'])('a movie by position, read from %s', source => {
  beforeEach(async () => {
    if (source === 'its log alone') await rm(join(movieFolder, 'manifests'), { recursive: true })
  })

  test('makes nothing as it is', async () => {
    expect(await made(undefined, ROWS)).toEqual([])
    expect(await pinned()).toEqual(['hi Bob'])
  })

  test('makes nothing but a row that is put on top, and the pin stays with its row', async () => {
    expect(await made(undefined, [{ id: 'z', name: 'Zed' }, ...ROWS])).toEqual([
      'Producer:All',
      'Producer:Tag[0]',
    ])
    expect(await engine.movie('tags').output('Tag', 2)).toEqual({ Text: 'hi Bob' })
    expect(await pinned()).toEqual(['hi Bob'])
  })

  test('gets a key, and makes nothing', async () => {
    expect(await made('${row.id}', ROWS)).toEqual([])
    expect(await engine.movie('tags').output('Tag', 'b')).toEqual({ Text: 'hi Bob' })
    expect(await pinned()).toEqual(['hi Bob'])
  })

  test('gets a key and a row on top at once, and makes that row', async () => {
    expect(await made('${row.id}', [{ id: 'z', name: 'Zed' }, ...ROWS])).toEqual([
      'Producer:All',
      'Producer:Tag[z]',
    ])
    expect(await pinned()).toEqual(['hi Bob'])
  })
})

describe('a log in the plain format, which has nothing but artifacts', () => {
  const line = (id: string, value: string) =>
    `${JSON.stringify({ type: 'artifact', artifactId: id, value, timestamp: '2025-01-01T00:00:00.000Z' })}\n`

  beforeEach(async () => {
    await rm(movieFolder, { recursive: true })
    await mkdir(movieFolder)
    const lines = [line('Producer:Tag[0].Text', 'old Ann'), line('Producer:Tag[1].Text', 'old Bob')]
    await writeFile(join(movieFolder, 'events.jsonl'), lines.join(''))
  })

  test('counts as made', async () => {
    expect(await made(undefined, ROWS)).toEqual(['Producer:All', 'Producer:Tag[2]'])
    expect(await engine.movie('tags').output('All')).toEqual({ Text: 'old Ann old Bob hi Cy ' })
    expect(await made(undefined, ROWS)).toEqual([])
  })

  test('is made again where its row has changed since', async () => {
    await made(undefined, ROWS)
    const rows = ROWS.map(row => (row.id === 'a' ? { ...row, name: 'Anna' } : row))
    expect(await made(undefined, rows)).toEqual(['Producer:All', 'Producer:Tag[0]'])
    expect(await engine.movie('tags').output('Tag', 1)).toEqual({ Text: 'old Bob' })
  })
})
