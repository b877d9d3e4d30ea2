import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type Engine,
  inline,
  type MovieRow,
  ProviderError,
  type RejectedJob,
  type TableRequest,
} from '../../../dist/index.js'
import { newStore, STORES, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const PNG = Buffer.from('89504e470d0a1a0a00ff', 'hex')

/** Rows fox, bee and owl with two sides each: nothing that is said of the bee is accepted, and her first picture is not. */
const blueprint: BlueprintDefinition = {
  name: 'shop',
  loops: { row: { over: '${inputs.rows}', key: '${row.name}' }, side: { count: 2 } },
  inputs: { rows: { type: 'json', default: [{ name: 'fox' }, { name: 'bee' }, { name: 'owl' }] } },
  producers: {
    Tagline: {
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}' },
      outputs: { Text: 'text', Score: 'number' },
      check: { that: { value: '${outputs.Score}', atLeast: 1, reason: 'Too dull.' }, attempts: 2 },
    },
    Picture: {
      loop: ['row', 'side'],
      provider: 'painter',
      with: { name: '${row.name}', side: '${index.side}' },
      outputs: { Image: 'image/png' },
      check: { that: { value: '${outputs.Image.sizeBytes}', greaterThan: 11 }, attempts: 1 },
    },
    Fact: {
      loop: 'row',
      provider: 'expert',
      with: { name: '${row.name}' },
      outputs: { Text: 'text' },
    },
  },
}

async function shop(store?: string): Promise<Engine> {
  let drafts = 0
  const engine = await testEngine({
    store: store ?? (await newStore('memory')),
    // Of a large text the log has a reference only.
    inlineLimitBytes: 100,
    providers: {
      writer: inline(({ inputs: { name } }) => {
        const draft = `Draft ${++drafts} of ${name}`.padEnd(200, '.')
        return { outputs: { Text: draft, Score: name === 'bee' ? 0 : 1 } }
      }),
      painter: inline(({ inputs: { name, side } }) => {
        const isBad = name === 'bee' && side === 0
        const bytes = Buffer.concat([PNG, Buffer.from(isBad ? [0] : [0, 1])])
        return { outputs: { Image: { bytes, mimeType: 'image/png' } } }
      }),
      expert: inline(({ inputs: { name } }) => {
        if (name === 'owl') throw new ProviderError('rejected', 'It is not JSON.', { answer: 'Sure! An owl' })
        return { outputs: { Text: `About ${name}` } }
      }),
    },
  })
  expect((await engine.run({ blueprint })).status).toBe('failed')
  return engine
}

async function listed<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

const rejectedIn = (rows: readonly MovieRow[]) =>
  rows.flatMap(({ jobs }) =>
    jobs.flatMap(({ jobId, rejected }) => (rejected ? [{ jobId, ...rejected }] : [])),
  )

test('a row has the last answer that was rejected, with its outputs as they would be', async () => {
  const engine = await shop()
  const rejected = rejectedIn(await listed(engine.movie('shop').rows('row')))
  expect(rejected).toMatchObject([
    {
      jobId: 'Producer:Tagline[bee]',
      from: 'check',
      reason: 'Too dull.',
      attempt: 2,
      outputs: { Text: expect.stringMatching(/^Draft \d of bee\.+$/), Score: 0 },
    },
    { jobId: 'Producer:Picture[bee][0]', from: 'check', attempt: 1 },
    { jobId: 'Producer:Fact[owl]', from: 'provider', reason: 'It is not JSON.', answer: 'Sure! An owl' },
  ])
  const image = rejected[1]!.outputs!.Image as { bytes(): Promise<Uint8Array> }
  expect(Buffer.from(await image.bytes())).toEqual(Buffer.concat([PNG, Buffer.from([0])]))
})

test.each(STORES)('all rejected answers of a movie are there, also by name (%s)', async kind => {
  const engine = await shop(await newStore(kind))
  const ids = async (...names: string[]) =>
    (await listed<RejectedJob>(engine.movie('shop').rejected(names.length > 0 ? { ids: names } : {}))).map(
      ({ jobId }) => jobId.replace('Producer:', ''),
    )
  expect((await ids()).sort()).toEqual(['Fact[owl]', 'Picture[bee][0]', 'Tagline[bee]'])
  expect(await ids('Tagline[bee]')).toEqual(['Tagline[bee]'])
  expect(await ids('*.Image', 'Fact*')).toHaveLength(2)
  expect(await ids('Tagline[fox]')).toEqual([])
})

test('rejected answers are written as files', async () => {
  const engine = await shop()
  const folder = await temporaryFolder()
  expect(await engine.movie('shop').export(folder, { rejected: true })).toMatchObject({ exported: 4 })
  expect((await readdir(folder)).sort()).toEqual([
    'Fact-owl.txt',
    'Picture-bee-0.Image.png',
    'Tagline-bee.Score.json',
    'Tagline-bee.Text.txt',
  ])
  expect(await readFile(join(folder, 'Fact-owl.txt'), 'utf8')).toBe('Sure! An owl')
})

const written = async (request: Partial<TableRequest> & { readonly to: string }) => {
  const engine = await shop()
  return await engine.movie('shop').exportRows({ rows: 'row', rejected: true, ...request })
}

test('a table has the rows with rejected answers, and columns for these', async () => {
  const folder = await temporaryFolder()
  const result = await written({ to: join(folder, 'shop.csv') })
  expect(result).toMatchObject({ rows: 2, leftOut: 1, files: 4 })
  const rows = parse(await readFile(join(folder, 'shop.csv'), 'utf8'), { columns: true })
  expect(rows).toMatchObject([
    {
      key: 'bee',
      'Tagline.Text': '',
      'rejected.Tagline.Text': expect.stringMatching(/^Draft/),
      'rejected.Tagline.Score': '0',
      'rejected.Tagline.reason': 'Too dull.',
      'rejected.Picture.Image': '["shop-files/Picture-bee-0.Image.png",null]',
      'rejected.Fact.answer': '',
      status: 'failed',
    },
    { key: 'owl', 'rejected.Tagline.Text': '', 'rejected.Fact.answer': 'Sure! An owl' },
  ])
})

test('rejected answers keep their types in Parquet', async () => {
  const to = join(await temporaryFolder(), 'shop.parquet')
  await written({ to, files: 'inline' })
  const bytes = await readFile(to)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const rows = await parquetReadObjects({ file, utf8: false })
  expect(rows.map(row => row['rejected.Tagline.Score'])).toEqual([0, null])
  expect(Buffer.from(rows[0]!['rejected.Picture.Image'][0])).toEqual(Buffer.concat([PNG, Buffer.from([0])]))
})

test('nothing is rejected any more once an answer is accepted', async () => {
  const engine = await shop()
  const softer = structuredClone(blueprint) as typeof blueprint
  delete softer.producers.Tagline!.check
  await engine.run({ blueprint: softer })
  const rejected = rejectedIn(await listed(engine.movie('shop').rows('row')))
  expect(rejected.map(({ jobId }) => jobId)).not.toContain('Producer:Tagline[bee]')
})

test('an answer to outputs that the blueprint does not have any more is no hindrance', async () => {
  const store = await newStore('file')
  await shop(store)
  const refuses = inline(() => {
    throw new ProviderError('content', 'no')
  })
  const engine = await testEngine({
    store,
    providers: { writer: refuses, painter: refuses, expert: refuses },
  })
  const other = structuredClone(blueprint) as typeof blueprint
  const { Tagline } = other.producers
  Object.assign(Tagline!, { outputs: { Text: 'json', Score: 'text', Length: 'number' } })
  delete Tagline!.check
  await engine.run({ blueprint: other })
  const [tagline] = rejectedIn(await listed(engine.movie('shop').rows('row')))
  expect(tagline).toMatchObject({ jobId: 'Producer:Tagline[bee]', reason: 'Too dull.' })
  expect(Object.keys(tagline!.outputs!)).not.toContain('Score')
  const to = join(await temporaryFolder(), 'shop.parquet')
  const result = await engine.movie('shop').exportRows({ rows: 'row', rejected: true, files: 'none', to })
  expect(result.rows).toBe(2)
})
