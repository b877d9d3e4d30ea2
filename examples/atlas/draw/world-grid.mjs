import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

/**
 * Which country each sixth of a degree belongs to: one byte a cell, rows from north to south, columns from
 * 180° west to 180° east. Drawn from Natural Earth's 1:50m countries, which are in the public domain.
 */
const FILE = fileURLToPath(new URL('../world.png', import.meta.url))

export const COLUMNS = 2160
export const ROWS = 1080
export const CELLS_PER_DEGREE = 6

/** Land of no country in this list; 0 is water. */
const CODES =
  'AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN ' +
  'CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT ' +
  'HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME ' +
  'MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS ' +
  'RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ ' +
  'VA VC VE VN VU WS YE ZA ZM ZW'
const NUMBERS = new Map(CODES.split(' ').map((code, index) => [code, index + 1]))

/** @type {Promise<Uint8Array> | undefined} */
let loading

/** Read once a thread. @returns {Promise<Uint8Array>} */
export function loadWorldGrid() {
  loading ??= sharp(FILE).toColourspace('b-w').extractChannel(0).raw().toBuffer()
  return loading
}

/**
 * The number that marks a country's cells. A country too small for a cell of its own has none there.
 *
 * @param {string} code ISO 3166-1 alpha-2
 */
export function gridNumber(code) {
  return NUMBERS.get(code) ?? -1
}
