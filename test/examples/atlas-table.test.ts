import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'

type Row = Record<string, string>

const folder = new URL('../../examples/atlas/', import.meta.url)
const load = <Module>(file: string): Promise<Module> => import(new URL(file, folder).href)

const { gridNumber, loadWorldGrid, CELLS_PER_DEGREE, COLUMNS } = await load<{
  gridNumber: (code: string) => number
  loadWorldGrid: () => Promise<Uint8Array>
  CELLS_PER_DEGREE: number
  COLUMNS: number
}>('draw/world-grid.mjs')
const { spell } = await load<{ spell: (text: string) => unknown[] }>('draw/lettering.mjs')

const csv = readFileSync(new URL('countries.csv', folder), 'utf8')
const rows: Row[] = parse(csv, { columns: true })
const column = (name: string) => rows.map(row => row[name]!)
const numbers = (name: string) => column(name).map(Number)

describe('the table of countries', () => {
  test('has every cell filled, without stray space', () => {
    const names = csv.slice(0, csv.indexOf('\n')).split(',')
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(names)
      for (const cell of Object.values(row)) expect(cell).toMatch(/^\S(.*\S)?$/)
    }
  })

  test('counts the members of the United Nations and its two observer states, by continent', () => {
    const counts: Record<string, number> = {}
    for (const continent of column('continent')) counts[continent] = (counts[continent] ?? 0) + 1
    expect(counts).toEqual({
      Africa: 54,
      Asia: 48,
      Europe: 44,
      'North America': 23,
      Oceania: 14,
      'South America': 12,
    })
  })

  test.each(['code', 'name', 'capital', 'fact'])('names no %s twice', name => {
    expect(new Set(column(name)).size).toBe(rows.length)
  })

  test('is sorted by name and uses ISO codes', () => {
    expect(column('name')).toEqual(column('name').toSorted(new Intl.Collator('en').compare))
    for (const code of column('code')) expect(code).toMatch(/^[A-Z]{2}$/)
  })

  test('holds plausible figures', () => {
    for (const population of numbers('population')) {
      expect(Number.isInteger(population)).toBe(true)
      expect(population).toBeGreaterThanOrEqual(500)
      expect(population).toBeLessThan(1.5e9)
    }
    for (const area of numbers('areaKm2')) {
      expect(area).toBeGreaterThan(0.4)
      expect(area).toBeLessThan(17.2e6)
    }
    const people = numbers('population').reduce((sum, value) => sum + value)
    const land = numbers('areaKm2').reduce((sum, value) => sum + value)
    expect(people).toBeGreaterThan(7.9e9)
    expect(people).toBeLessThan(8.4e9)
    expect(land).toBeGreaterThan(130e6)
    expect(land).toBeLessThan(137e6)
  })

  test('writes coordinates with two digits, within range', () => {
    for (const latitude of column('latitude')) expect(latitude).toMatch(/^-?[0-6]?\d\.\d\d$/)
    for (const longitude of column('longitude')) expect(longitude).toMatch(/^-?(1[0-7]|\d)?\d\.\d\d$/)
  })

  test('tells one short fact a country', () => {
    for (const fact of column('fact')) {
      expect(fact).toMatch(/^[A-Z].*\.$/)
      expect(fact.length).toBeLessThanOrEqual(100)
    }
  })

  test('places every capital in or beside its country on the map', async () => {
    const grid = await loadWorldGrid()
    const reach = Math.ceil(0.75 * CELLS_PER_DEGREE)
    // Smaller islands may have no cell of their own.
    const astray = rows.filter(({ code, latitude, longitude, areaKm2 }) => {
      if (Number(areaKm2) < 1000) return false
      const y = Math.round((90 - Number(latitude)) * CELLS_PER_DEGREE)
      const x = Math.round((180 + Number(longitude)) * CELLS_PER_DEGREE)
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          if (grid[(y + dy) * COLUMNS + ((x + dx + COLUMNS) % COLUMNS)] === gridNumber(code!)) return false
        }
      }
      return true
    })
    expect(astray.map(row => row.name)).toEqual([])
  })

  test('uses only characters that the picture can draw', () => {
    for (const row of rows)
      for (const cell of Object.values(row)) expect(spell(cell).length).toBeGreaterThan(0)
  })
})
