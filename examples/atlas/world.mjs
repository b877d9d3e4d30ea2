import { distanceKm } from './geography.mjs'

/**
 * A row of the table with its numbers read.
 *
 * @typedef {object} Country
 * @property {string} code ISO 3166-1 alpha-2
 * @property {string} name
 * @property {string} capital
 * @property {string} continent
 * @property {number} population
 * @property {number} areaKm2
 * @property {number} latitude of the capital, in degrees
 * @property {number} longitude
 * @property {string} currency
 * @property {string[]} languages
 * @property {string} fact
 */

/**
 * What can only be said of a country by comparing it with all others.
 *
 * @typedef {object} Standing
 * @property {number} count of countries
 * @property {number} populationRank from 1, the largest
 * @property {number} areaRank
 * @property {number} densityRank
 * @property {string} populationText `66.5 million`
 * @property {string} areaText `551,695 km²`
 * @property {number} density people a square kilometre
 * @property {{ capital: string, distanceText: string } | null} nearest the closest other capital; `264 km`
 */

/**
 * Reads the whole table once and tells each country where it stands. Every standing is an artifact of its own:
 * when one row of the table changes, only countries whose standing really changed are drawn again.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {import('showrunner').ProduceResult}
 */
export function produce(request) {
  const rows = /** @type {import('showrunner').JsonValue[]} */ (request.inputs.rows)
  return { outputs: { Standing: standings(rows.map(readCountry)).map(standing => ({ ...standing })) } }
}

/**
 * @param {unknown} row
 * @returns {Country}
 */
export function readCountry(row) {
  const cells = /** @type {Record<string, unknown>} */ (row)
  return {
    code: text(cells, 'code'),
    name: text(cells, 'name'),
    capital: text(cells, 'capital'),
    continent: text(cells, 'continent'),
    population: number(cells, 'population'),
    areaKm2: number(cells, 'areaKm2'),
    latitude: number(cells, 'latitude'),
    longitude: number(cells, 'longitude'),
    currency: text(cells, 'currency'),
    languages: text(cells, 'languages').split(';'),
    fact: text(cells, 'fact'),
  }
}

/**
 * @param {readonly Country[]} countries
 * @returns {Standing[]} in the same order
 */
export function standings(countries) {
  const populationRanks = ranks(countries.map(country => country.population))
  const areaRanks = ranks(countries.map(country => country.areaKm2))
  const densityRanks = ranks(countries.map(density))
  return countries.map((country, index) => ({
    count: countries.length,
    populationRank: populationRanks[index] ?? 0,
    areaRank: areaRanks[index] ?? 0,
    densityRank: densityRanks[index] ?? 0,
    populationText: inWords(country.population),
    areaText: `${country.areaKm2.toLocaleString('en-US')} km²`,
    density: Number(density(country).toPrecision(3)),
    nearest: nearest(country, countries),
  }))
}

/** @param {Country} country */
const density = country => country.population / country.areaKm2

/**
 * @param {number[]} values
 * @returns {number[]} 1 for the largest; equal values share a rank
 */
function ranks(values) {
  const sorted = values.toSorted((a, b) => b - a)
  return values.map(value => sorted.indexOf(value) + 1)
}

/**
 * @param {Country} country
 * @param {readonly Country[]} countries
 */
function nearest(country, countries) {
  let found = null
  for (const other of countries) {
    if (other.code === country.code) continue
    const distance = distanceKm(country, other)
    if (!found || distance < found.distance) found = { other, distance }
  }
  return (
    found && {
      capital: found.other.capital,
      distanceText: `${Math.round(found.distance).toLocaleString('en-US')} km`,
    }
  )
}

/** @param {number} population */
function inWords(population) {
  if (population >= 1e9) return `${(population / 1e9).toFixed(2)} billion`
  if (population >= 1e6) return `${(population / 1e6).toFixed(1)} million`
  return population.toLocaleString('en-US')
}

/**
 * @param {Record<string, unknown>} row
 * @param {string} column
 */
function text(row, column) {
  const cell = row[column]
  if (cell === undefined || cell === null || cell === '') throw missing(row, column, 'a text')
  return String(cell)
}

/**
 * @param {Record<string, unknown>} row
 * @param {string} column
 */
function number(row, column) {
  const value = Number(text(row, column))
  if (!Number.isFinite(value)) throw missing(row, column, 'a number')
  return value
}

/**
 * @param {Record<string, unknown>} row
 * @param {string} column
 * @param {string} expected
 */
function missing(row, column, expected) {
  return new Error(`Column "${column}" of ${JSON.stringify(row.name ?? row)} must hold ${expected}.`)
}
