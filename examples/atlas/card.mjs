import { antipode, coordinates, solarMinutes } from './geography.mjs'
import { readCountry } from './world.mjs'

/**
 * What the page shows of a country.
 *
 * @typedef {object} Card
 * @property {string} code
 * @property {string} name
 * @property {string} capital
 * @property {string} continent
 * @property {string} caption
 * @property {number} population
 * @property {number} populationRank
 * @property {string} populationText
 * @property {number} areaKm2
 * @property {number} areaRank
 * @property {string} areaText
 * @property {number} density people a square kilometre
 * @property {number} densityRank
 * @property {string} currency
 * @property {string[]} languages
 * @property {string} coordinates of the capital
 * @property {string} hemispheres
 * @property {string} antipode of the capital
 * @property {string} noon when the sun stands highest over the capital, on an average day
 * @property {string} nearestCapital
 */

/**
 * Brings everything known and derived of one country together.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {import('showrunner').ProduceResult}
 */
export function produce({ inputs }) {
  const country = readCountry(inputs.country)
  const standing = /** @type {import('./world.mjs').Standing} */ (/** @type {unknown} */ (inputs.standing))
  const { nearest, count: _, ...rest } = standing
  /** @type {Card} */
  const card = {
    code: country.code,
    name: country.name,
    capital: country.capital,
    continent: country.continent,
    caption: String(inputs.caption),
    population: country.population,
    areaKm2: country.areaKm2,
    ...rest,
    currency: country.currency,
    languages: country.languages,
    coordinates: coordinates(country),
    hemispheres: `${country.latitude < 0 ? 'southern' : 'northern'}, ${country.longitude < 0 ? 'western' : 'eastern'}`,
    antipode: coordinates(antipode(country)),
    noon: `${clock(12 * 60 - solarMinutes(country.longitude))} UTC`,
    nearestCapital: nearest ? `${nearest.capital}, ${nearest.distanceText}` : 'none',
  }
  return { outputs: { Facts: { ...card } } }
}

/** @param {number} minutes */
function clock(minutes) {
  const wrapped = (minutes + 24 * 60) % (24 * 60)
  return `${String(Math.floor(wrapped / 60)).padStart(2, '0')}:${String(wrapped % 60).padStart(2, '0')}`
}
