import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import type {
  OutputBytes,
  ProduceContext,
  ProduceFunction,
  ProduceResult,
} from '../../src/model/provider/provider.js'

type Row = Record<string, string>
type Standing = Record<string, unknown>

const folder = new URL('../../examples/atlas/', import.meta.url)
const load = <Module>(file: string): Promise<Module> => import(new URL(file, folder).href)
const provider = async (file: string) => (await load<{ produce: ProduceFunction }>(file)).produce

const [world, picture, card, sheet] = await Promise.all(
  ['world.mjs', 'picture.mjs', 'card.mjs', 'sheet.mjs'].map(provider),
)
interface Setting {
  size: number
  lines: number
}
const { drawPostcard, COLUMN, INDENT, NAME_SETTINGS, CAPITAL_SETTINGS } = await load<{
  drawPostcard: (subject: unknown) => string
  COLUMN: number
  INDENT: number
  NAME_SETTINGS: Setting[]
  CAPITAL_SETTINGS: Setting[]
}>('draw/postcard.mjs')
const { typeset, measure } = await load<{
  typeset: (text: string, width: number, settings: Setting[]) => { size: number; lines: string[] }
  measure: (text: string, size: number) => number
}>('draw/lettering.mjs')
const { distanceKm, antipode, coordinates } = await load<{
  distanceKm: (a: Place, b: Place) => number
  antipode: (place: Place) => Place
  coordinates: (place: Place) => string
}>('geography.mjs')
interface Place {
  latitude: number
  longitude: number
}

const rows: Row[] = parse(readFileSync(new URL('countries.csv', folder)), { columns: true })
const rowOf = (code: string) => rows.find(row => row.code === code)!

async function run(
  produce: ProduceFunction | undefined,
  inputs: object,
  context: Partial<ProduceContext> = {},
) {
  const request = { inputs } as Parameters<ProduceFunction>[0]
  const { outputs }: ProduceResult = await produce!(request, context as ProduceContext)
  return outputs as Record<string, OutputBytes>
}

async function standingsOf(table: readonly Row[]): Promise<Map<string, Standing>> {
  const { Standing } = await run(world, { rows: table })
  const standings = Standing as unknown as Standing[]
  return new Map(standings.map((standing, index) => [table[index]!.code!, standing]))
}

let standings: Map<string, Standing>
beforeAll(async () => {
  standings = await standingsOf(rows)
})

describe('World', () => {
  test('ranks and compares', () => {
    expect(standings.get('IN')).toMatchObject({
      count: 195,
      populationRank: 1,
      populationText: '1.45 billion',
    })
    expect(standings.get('RU')).toMatchObject({ areaRank: 1, areaText: '17,098,246 km²' })
    expect(standings.get('MC')).toMatchObject({ densityRank: 1 })
    expect(standings.get('CG')).toMatchObject({ nearest: { capital: 'Kinshasa' } })
  })

  test('leaves all other standings as they were when a fact is edited', async () => {
    const edited = rows.map(row =>
      row.code === 'PE' ? { ...row, fact: 'Paddington Bear came from here.' } : row,
    )
    expect(await standingsOf(edited)).toEqual(standings)
  })

  test('says which cell of which row is wrong', async () => {
    await expect(async () => run(world, { rows: [{ ...rowOf('PE'), population: 'many' }] })).rejects.toThrow(
      'Column "population" of "Peru" must hold a number.',
    )
    const { capital: _, ...headless } = rowOf('PE')
    await expect(async () => run(world, { rows: [headless] })).rejects.toThrow('"capital" of "Peru"')
  })
})

/** The inputs of Picture, as the blueprint puts them together. */
function subjectOf(code: string) {
  const { fact: _, currency: __, languages: ___, ...row } = rowOf(code)
  const { populationText, populationRank, areaText, areaRank, count } = standings.get(code)!
  return { ...row, population: populationText, populationRank, area: areaText, areaRank, count }
}

describe('Picture', () => {
  // Long names, accents above and below, the date line, a country without a cell on the map, the far north.
  test.each(['VC', 'ST', 'MD', 'LK', 'FJ', 'VA', 'IS'])('draws %s', async code => {
    const { Image, Preview } = await run(picture, subjectOf(code))
    expect(Image!.mimeType).toBe('image/png')
    expect(await sharp(Image!.bytes).metadata()).toMatchObject({ format: 'png', width: 800, height: 500 })
    expect(await sharp(Preview!.bytes).metadata()).toMatchObject({ format: 'webp', width: 480, height: 300 })
  })

  test('needs no font of the machine: letters are strokes', () => {
    const drawing = drawPostcard({ ...subjectOf('CI'), latitude: 6.82, longitude: -5.28, areaKm2: 322463 })
    expect(drawing).not.toMatch(/<text|font/)
    expect(drawing).toContain('stroke-linecap="round"')
  })

  test.each([
    { column: 'name', settings: NAME_SETTINGS, width: COLUMN },
    { column: 'capital', settings: CAPITAL_SETTINGS, width: COLUMN - INDENT },
  ])('finds a setting for every $column beside the globe', ({ column, settings, width }) => {
    for (const row of rows) {
      const { size, lines } = typeset(row[column]!, width, settings)
      expect(lines.join(' ').replaceAll('- ', '-')).toBe(row[column])
      expect(settings).toContainEqual({
        size,
        lines: expect.toSatisfy(limit => lines.length <= Number(limit)),
      })
      for (const line of lines) expect(measure(line, size)).toBeLessThanOrEqual(width)
    }
  })

  test('makes the same bytes from the same row', async () => {
    const [first, second] = [await run(picture, subjectOf('PE')), await run(picture, subjectOf('PE'))]
    expect(Buffer.compare(first.Image!.bytes, second.Image!.bytes)).toBe(0)
  })
})

describe('Card', () => {
  test('derives what the row does not say', async () => {
    const { Facts } = await run(card, {
      country: rowOf('NZ'),
      standing: standings.get('NZ'),
      caption: 'Two islands.',
    })
    expect(Facts).toMatchObject({
      caption: 'Two islands.',
      languages: ['English', 'Māori'],
      hemispheres: 'southern, eastern',
      antipode: '41.29° N, 5.22° W',
      noon: '00:21 UTC',
    })
  })
})

describe('Sheet', () => {
  const preview = { hash: 'a', sizeBytes: 3, mimeType: 'image/webp' }
  const context = { read: async () => Buffer.from('pic'), progress() {} }
  const cardOf = async (code: string, caption: string) =>
    (await run(card, { country: rowOf(code), standing: standings.get(code), caption })).Facts

  test('binds one page that loads nothing from elsewhere', async () => {
    const cards = [await cardOf('CI', 'Cocoa & <coffee>'), await cardOf('ST', 'Islands')]
    const { Page } = await run(
      sheet,
      { title: 'Two "countries"', cards, previews: [preview, preview] },
      context,
    )
    const html = Buffer.from(Page!.bytes).toString()
    expect(Page!.mimeType).toBe('text/html')
    expect(html).toContain('<h1>Two &quot;countries&quot;</h1>')
    expect(html).toContain('Cocoa &amp; &lt;coffee&gt;')
    expect(html).toContain('data-words="sao tome and principe')
    expect(html.match(/src="data:image\/webp;base64,cGlj"/g)).toHaveLength(2)
    expect(html).not.toMatch(/https?:|<link|@import|url\(/)
  })

  test('refuses cards and pictures that do not pair up', async () => {
    const cards = [await cardOf('CI', '')]
    await expect(run(sheet, { title: '', cards, previews: [] }, context)).rejects.toThrow(
      '1 cards but 0 pictures',
    )
  })
})

describe('geography', () => {
  test('measures along the great circle', () => {
    const paris = { latitude: 48.86, longitude: 2.35 }
    expect(distanceKm(paris, { latitude: 51.51, longitude: -0.13 })).toBeCloseTo(344, -1)
    expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(
      111,
      0,
    )
    expect(distanceKm(paris, antipode(paris))).toBeCloseTo(Math.PI * 6371, 3)
    expect(coordinates(antipode(paris))).toBe('48.86° S, 177.65° W')
  })
})
