import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type Engine,
  inline,
  type JsonValue,
  ProviderError,
  type TableRequest,
} from '../../../dist/index.js'
import { newStore, STORES, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const PNG = Buffer.from('89504e470d0a1a0a00ff', 'hex')

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { products: 'json' },
  loops: { row: { over: '${inputs.products}' }, side: { count: 2 } },
  producers: {
    Tagline: {
      loop: 'row',
      provider: 'writer',
      model: 'fox-1',
      with: { name: '${row.name}' },
      outputs: { Text: 'text', Score: 'number', Good: 'boolean', Facts: 'json' },
      retry: { attempts: 1 },
    },
    Picture: {
      loop: ['row', 'side'],
      provider: 'painter',
      with: { text: '${Tagline[row].Text}', side: '${index.side}' },
      outputs: { Image: 'image/png', Caption: 'text' },
    },
  },
}

interface Product {
  name: string
  price: number
  note: string | null
  tags: JsonValue
  status?: string
  new?: boolean
}

const products: Product[] = [
  { name: 'fox', price: 3, note: '=1+1', tags: ['a', 'b'], status: 'theirs' },
  { name: 'a "b", c\nd\r\ne', price: -2.5, note: '', tags: { x: null }, new: true },
  { name: 'bad', price: 7, note: null, tags: 1 },
  { name: ' ünï 🦊 ', price: 1, note: '-5', tags: 'x' },
  { name: 'long', price: 1e21, note: '+x', tags: [] },
]

const providers = {
  writer: inline(({ inputs }) => {
    if (inputs.name === 'bad') throw new ProviderError('content', 'It was refused.')
    const Text = inputs.name === 'long' ? 'x'.repeat(40_000) : `Buy ${inputs.name}!`
    return {
      outputs: { Text, Score: Text.length / 2, Good: true, Facts: { of: String(inputs.name) } },
      costUsd: 0.25,
    }
  }),
  painter: inline(({ inputs }) => ({
    outputs: {
      Image: { bytes: Buffer.concat([PNG, Buffer.from([Number(inputs.side)])]), mimeType: 'image/png' },
      Caption: `side ${inputs.side}`,
    },
  })),
}

const COLUMNS = [
  'key',
  'name',
  'price',
  'note',
  'tags',
  'status',
  'new',
  'Tagline.Text',
  'Tagline.Score',
  'Tagline.Good',
  'Tagline.Facts',
  'Picture.Image',
  'Picture.Caption',
  '_status',
  'errorCode',
  'errorMessage',
  'costUsd',
  'provider',
  'model',
]

async function shop(kind: (typeof STORES)[number] = 'memory'): Promise<Engine> {
  const engine = await testEngine({ store: await newStore(kind), providers })
  await engine.run({ blueprint, inputs: { products } })
  return engine
}

/** What the table must say, as plain values; the third product failed. */
function expectedRows(images: (row: number) => unknown) {
  return products.map((product, row) => ({
    key: row,
    name: product.name,
    price: product.price,
    note: product.note,
    tags: product.tags,
    status: product.status ?? null,
    new: product.new ?? null,
    ...(product.name === 'bad' ? FAILED : madeFrom(product.name, images(row))),
    provider: 'writer, painter',
    model: 'fox-1',
  }))
}

const FAILED = {
  'Tagline.Text': null,
  'Tagline.Score': null,
  'Tagline.Good': null,
  'Tagline.Facts': null,
  'Picture.Image': [null, null],
  'Picture.Caption': [null, null],
  _status: 'failed',
  errorCode: 'content',
  errorMessage: 'It was refused.',
  costUsd: 0,
}

function madeFrom(name: string, images: unknown): typeof FAILED {
  const text = name === 'long' ? 'x'.repeat(40_000) : `Buy ${name}!`
  const made = {
    'Tagline.Text': text,
    'Tagline.Score': text.length / 2,
    'Tagline.Good': true,
    'Tagline.Facts': { of: name },
    'Picture.Image': images,
    'Picture.Caption': ['side 0', 'side 1'],
    _status: 'succeeded',
    errorCode: null,
    errorMessage: null,
    costUsd: 0.25,
  }
  return made as unknown as typeof FAILED
}

const JSON_COLUMNS = ['tags', 'Tagline.Facts', 'Picture.Image', 'Picture.Caption']

/** The row as CSV has it. */
const textsOf = (row: object): string[] =>
  Object.entries(row).map(([name, value]) => {
    if (value === null) return ''
    return JSON_COLUMNS.includes(name) ? JSON.stringify(value) : String(value)
  })

const filesOf = (folder: string) => (row: number) =>
  [0, 1].map(side => `${folder}/Picture-${row}-${side}.Image.png`)

const exported = async (engine: Engine, request: TableRequest) =>
  await engine.movie('shop').exportRows({ rows: 'row', ...request })

async function arrayBufferOf(path: string): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(path)).buffer
}

async function duckRows(query: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(query)).getRowObjectsJson() as Record<string, unknown>[]
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

describe.each(STORES)('a movie in a store (%s)', kind => {
  test('comes back from CSV, byte by byte, with its files beside', async () => {
    const engine = await shop(kind)
    const to = join(await temporaryFolder(), 'shop.csv')
    const result = await exported(engine, { to })
    expect(result).toMatchObject({ loop: 'row', format: 'csv', path: to, rows: 5, leftOut: 0, files: 8 })
    expect(result.columns).toEqual(COLUMNS)
    const text = await readFile(to, 'utf8')
    const [header, ...lines] = parse(text) as string[][]
    expect(header).toEqual(COLUMNS)
    expect(lines).toEqual(expectedRows(filesOf('shop-files')).map(textsOf))
    const image = await readFile(join(to, '..', 'shop-files', 'Picture-4-1.Image.png'))
    expect(image).toEqual(Buffer.concat([PNG, Buffer.from([1])]))
    // An empty text is quoted, and nothing is not.
    expect(text).toContain(',-2.5,"",')
  })
})

test('comes back from JSON lines', async () => {
  const engine = await shop()
  const to = join(await temporaryFolder(), 'shop.jsonl')
  await exported(engine, { to })
  const lines = (await readFile(to, 'utf8')).trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line))).toEqual(expectedRows(filesOf('shop-files')))
})

test('comes back from Parquet, read by hyparquet and by DuckDB, with lists as lists', async () => {
  const engine = await shop()
  const to = join(await temporaryFolder(), 'shop.parquet')
  await exported(engine, { to })
  const read = await parquetReadObjects({ file: await arrayBufferOf(to) })
  const expected = expectedRows(filesOf('shop-files')).map(row => ({ ...row, key: BigInt(row.key) }))
  expect(read).toEqual(expected)
  const duck = await duckRows(`select * from '${to}'`)
  expect(duck).toEqual(
    expected.map(row => ({
      ...row,
      key: String(row.key),
      tags: JSON.stringify(row.tags),
      'Tagline.Facts': row['Tagline.Facts'] && JSON.stringify(row['Tagline.Facts']),
    })),
  )
})

test('a data set begins another file when one is large enough', async () => {
  const engine = await testEngine({ store: await newStore('memory'), providers })
  const many = Array.from({ length: 1_200 }, (_, at) => ({ name: `n${at}` }))
  const { Tagline } = blueprint.producers
  await engine.run({
    blueprint: { ...blueprint, producers: { Tagline: Tagline! } },
    inputs: { products: many },
  })
  const to = join(await temporaryFolder(), 'many')
  await exported(engine, { to: `${to}/`, format: 'jsonl', shardBytes: 1 })
  expect(await readdir(to)).toEqual(['README.md', 'data'])
  expect(await readdir(join(to, 'data'))).toEqual([
    'rows-00000.jsonl',
    'rows-00001.jsonl',
    'rows-00002.jsonl',
  ])
  const names = await duckRows(`select name from read_json('${to}/data/*.jsonl') order by key`)
  expect(names).toEqual(many)
})

test('a data set has its rows, a card, and its files below it', async () => {
  const engine = await shop()
  const to = join(await temporaryFolder(), 'data set')
  const result = await exported(engine, { to: `${to}/`, shardBytes: 1 })
  expect(result).toMatchObject({ format: 'parquet', path: to, rows: 5, files: 8 })
  expect((await readdir(to)).sort()).toEqual(['README.md', 'data', 'files'])
  expect(await readdir(join(to, 'data'))).toEqual(['rows-00000.parquet'])
  const card = await readFile(join(to, 'README.md'), 'utf8')
  expect(card).toContain('path: data/*.parquet')
  const [row] = await duckRows(`select "Picture.Image" as images from '${to}/data/*.parquet' where key = 1`)
  const [path] = row!.images as string[]
  expect(await readFile(join(to, path!))).toEqual(Buffer.concat([PNG, Buffer.from([0])]))
})

test('bytes go into the table, or stay where they are', async () => {
  const engine = await shop()
  const folder = await temporaryFolder()
  await exported(engine, { to: join(folder, 'in.parquet'), files: 'inline' })
  const [first] = await parquetReadObjects({
    file: await arrayBufferOf(join(folder, 'in.parquet')),
    utf8: false,
  })
  expect(Buffer.from(first!['Picture.Image'][1])).toEqual(Buffer.concat([PNG, Buffer.from([1])]))
  await exported(engine, { to: join(folder, 'in.jsonl'), files: 'inline' })
  const [line] = (await readFile(join(folder, 'in.jsonl'), 'utf8')).split('\n')
  expect(JSON.parse(line!)['Picture.Image'][0]).toBe(
    `data:image/png;base64,${Buffer.concat([PNG, Buffer.from([0])]).toString('base64')}`,
  )
  await exported(engine, { to: join(folder, 'out.jsonl'), files: 'none' })
  const [named] = (await readFile(join(folder, 'out.jsonl'), 'utf8')).split('\n')
  expect(JSON.parse(named!)['Picture.Image'][0]).toMatch(/^[0-9a-f]{64}$/)
  expect((await readdir(folder)).sort()).toEqual(['in.jsonl', 'in.parquet', 'out.jsonl'])
})

test('a stream gets the table, and is not ended; files cannot go into it', async () => {
  const engine = await shop()
  const chunks: string[] = []
  const to = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      chunks.push(String(chunk))
      setImmediate(done)
    },
  })
  await expect(exported(engine, { to })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await exported(engine, { to, files: 'none', only: ['failed'] })
  expect(to.writableEnded).toBe(false)
  expect(parse(chunks.join(''), { columns: true })).toMatchObject([{ key: '2', errorCode: 'content' }])
})

test('formulas get a mark when asked, numbers do not', async () => {
  const engine = await shop()
  const to = join(await temporaryFolder(), 'shop.csv')
  await exported(engine, { to, escapeFormulas: true, byteOrderMark: true, files: 'none' })
  const text = await readFile(to, 'utf8')
  expect(text.startsWith('\uFEFFkey,name')).toBe(true)
  const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[]
  expect(rows.map(({ note }) => note)).toEqual(["'=1+1", '', '', "'-5", "'+x"])
  expect(rows.map(({ price }) => price)).toEqual(['3', '-2.5', '7', '1', '1e+21'])
})

test('what is there is not replaced unless asked, and a failed export leaves nothing', async () => {
  const engine = await shop()
  const folder = await temporaryFolder()
  const to = join(folder, 'shop.csv')
  await writeFile(to, 'mine')
  await expect(exported(engine, { to })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  const stopped = new AbortController()
  stopped.abort(new Error('enough'))
  await expect(exported(engine, { to, force: true, signal: stopped.signal })).rejects.toThrow('enough')
  await expect(exported(engine, { to, force: true, rows: 'roww' })).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  })
  expect(await readdir(folder)).toEqual(['shop.csv'])
  expect(await readFile(to, 'utf8')).toBe('mine')
  await exported(engine, { to, force: true })
  await exported(engine, { to, force: true })
  expect((await readdir(folder)).sort()).toEqual(['shop-files', 'shop.csv'])
})

test('rows of an inner loop have lists over the outer one; a loop that only counts has no fields', async () => {
  const engine = await shop()
  const to = join(await temporaryFolder(), 'sides.jsonl')
  await exported(engine, { rows: 'side', to, files: 'none' })
  const rows = (await readFile(to, 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(rows.map(row => [row.key, row.status, row['Picture.Caption']])).toEqual([
    [0, 'succeeded', ['side 0', 'side 0', null, 'side 0', 'side 0']],
    [1, 'succeeded', ['side 1', 'side 1', null, 'side 1', 'side 1']],
  ])
  expect(Object.keys(rows[0]).slice(0, 2)).toEqual(['key', 'Picture.Image'])
})

test('rows of a loop with a key are named by it', async () => {
  const engine = await testEngine({ store: await newStore('memory'), providers })
  const { Tagline } = blueprint.producers
  const loops = { row: { over: '${inputs.products}', key: '${row.name}' } }
  await engine.run({
    blueprint: { ...blueprint, loops, producers: { Tagline: Tagline! } },
    inputs: { products: [{ name: 'fox' }, { name: 'a b' }] },
  })
  const to = join(await temporaryFolder(), 'keys.parquet')
  await exported(engine, { to })
  const rows = await parquetReadObjects({ file: await arrayBufferOf(to) })
  expect(rows.map(({ key }) => key)).toEqual(['fox', 'a b'])
})
