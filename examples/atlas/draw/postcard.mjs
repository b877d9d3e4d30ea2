import { coordinates } from '../geography.mjs'
import { graticule, project } from './graticule.mjs'
import { letter, typeset } from './lettering.mjs'
import { css, INK, paletteOf } from './palette.mjs'

export const WIDTH = 800
export const HEIGHT = 500

const MARGIN = 46
/** Width of everything left of the globe. */
export const COLUMN = 320
export const INDENT = 22
const STEEPEST_VIEW = 48
const RADIANS = Math.PI / 180
/** Where the globe begins. */
const RIM = 368
/** Radius of the globe for a large country, and for one of a hundredth of its size or less. */
const FARTHEST = 224
const NEAREST = 400
const LARGE_KM2 = 1_500_000
export const NAME_SETTINGS = [
  { size: 46, lines: 1 },
  { size: 40, lines: 1 },
  { size: 42, lines: 2 },
  { size: 36, lines: 2 },
  { size: 30, lines: 3 },
  { size: 26, lines: 3 },
]
export const CAPITAL_SETTINGS = [
  { size: 17, lines: 1 },
  { size: 15, lines: 2 },
]

/**
 * What a postcard shows.
 *
 * @typedef {object} Subject
 * @property {string} code ISO 3166-1 alpha-2
 * @property {string} name
 * @property {string} capital
 * @property {string} continent
 * @property {number} latitude of the capital, in degrees
 * @property {number} longitude
 * @property {number} areaKm2
 * @property {string} population in words
 * @property {number} populationRank from 1, the largest
 * @property {string} area in words
 * @property {number} areaRank
 * @property {number} count of countries
 */

/**
 * The globe turned so that the capital is seen well, and moved closer for a small country. However close, its
 * left rim stays where the letters end, so the capital comes to lie left of the middle.
 *
 * @param {Subject} subject
 * @returns {import('./globe.mjs').View}
 */
export function viewOf({ latitude, longitude, areaKm2 }) {
  const smallness = Math.min(1, Math.max(0, Math.log10(LARGE_KM2 / areaKm2) / 2))
  const radius = FARTHEST + smallness * (NEAREST - FARTHEST)
  const tilt = Math.max(-STEEPEST_VIEW, Math.min(STEEPEST_VIEW, latitude * 0.8))
  const turn = Math.asin((radius - FARTHEST) / radius / Math.cos(latitude * RADIANS)) / RADIANS
  return { latitude: tilt, longitude: longitude + turn, centerX: RIM + radius, centerY: HEIGHT / 2, radius }
}

/**
 * All lines and letters of the card, to be laid over the globe.
 *
 * @param {Subject} subject
 * @returns {string} SVG
 */
export function drawPostcard(subject) {
  const { population, populationRank, area, areaRank, count } = subject
  const view = viewOf(subject)
  const palette = paletteOf(subject.continent)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<path d="${graticule(view)}" fill="none" stroke="${INK}" stroke-width="0.8" opacity="0.13"/>` +
    marker(project(view, subject), css(palette.sea)) +
    heading(subject, css(palette.glow)) +
    bar(396, `Population  ${population}`, populationRank, count, palette) +
    bar(450, `Area  ${area}`, areaRank, count, palette) +
    '</svg>'
  )
}

/**
 * @param {{ x: number, y: number }} point
 * @param {string} shadow keeps the ring readable on bright land
 */
function marker({ x, y }, shadow) {
  return (
    `<circle cx="${x}" cy="${y}" r="18" fill="none" stroke="${shadow}" stroke-width="6" opacity="0.5"/>` +
    `<circle cx="${x}" cy="${y}" r="18" fill="none" stroke="${INK}" stroke-width="2.4"/>` +
    `<circle cx="${x}" cy="${y}" r="3" fill="#d92f2f" stroke="${INK}" stroke-width="1.2"/>`
  )
}

/**
 * @param {Subject} subject
 * @param {string} accent
 */
function heading(subject, accent) {
  const name = typeset(subject.name, COLUMN, NAME_SETTINGS)
  let drawing = letter(subject.continent.toUpperCase(), {
    x: MARGIN,
    y: 58,
    size: 10.5,
    color: accent,
    weight: 1.7,
    tracking: 5,
  })
  let y = 92 + name.size
  for (const line of name.lines) {
    drawing += letter(line, { x: MARGIN, y, size: name.size, color: INK, weight: 1.6 + name.size * 0.085 })
    y += name.size * 1.62
  }
  y += 48 - name.size * 1.62
  const capital = typeset(subject.capital, COLUMN - INDENT, CAPITAL_SETTINGS)
  drawing += `<circle cx="${MARGIN + 6}" cy="${y - capital.size / 2}" r="5" fill="none" stroke="${accent}" stroke-width="2"/>`
  for (const line of capital.lines) {
    drawing += letter(line, {
      x: MARGIN + INDENT,
      y,
      size: capital.size,
      color: INK,
      weight: 2,
      tracking: 0.6,
    })
    y += capital.size * 1.65
  }
  return (
    drawing +
    letter(coordinates(subject), {
      x: MARGIN + INDENT,
      y,
      size: 10.5,
      color: INK,
      weight: 1.3,
      tracking: 1.4,
      opacity: 0.78,
    })
  )
}

/**
 * @param {number} y of the bar
 * @param {string} label
 * @param {number} rank 1 fills the bar
 * @param {number} count
 * @param {import('./palette.mjs').Palette} palette
 */
function bar(y, label, rank, count, palette) {
  const length = Math.max(6, ((count - rank + 1) / count) * COLUMN)
  return (
    letter(label, { x: MARGIN, y: y - 12, size: 11, color: INK, weight: 1.5, tracking: 1 }) +
    letter(`${rank} / ${count}`, {
      x: MARGIN + COLUMN,
      y: y - 12,
      size: 10,
      color: css(palette.glow),
      weight: 1.4,
      tracking: 1,
      anchor: 'end',
    }) +
    `<path d="M${MARGIN} ${y}h${COLUMN}" stroke="${INK}" stroke-width="5" stroke-linecap="round" opacity="0.16"/>` +
    `<path d="M${MARGIN} ${y}h${length.toFixed(1)}" stroke="${css(palette.highlight)}" stroke-width="5" stroke-linecap="round"/>`
  )
}
