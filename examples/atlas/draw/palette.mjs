/**
 * @typedef {import('./globe.mjs').Rgb} Rgb
 * @typedef {object} Palette
 * @property {Rgb} ground
 * @property {Rgb} sea
 * @property {Rgb} land
 * @property {Rgb} border
 * @property {Rgb} highlight
 * @property {Rgb} glow
 */

/** @type {Readonly<Record<string, Palette>>} */
const PALETTES = {
  Africa: palette('#7a2e1c', '#5a1f16', '#d98b4f', '#b66a36', '#ffe9a8', '#ffb27a'),
  Asia: palette('#641f3c', '#45132d', '#d0708a', '#a84d6b', '#ffe3b0', '#ff9fb4'),
  Europe: palette('#1f3a68', '#14264a', '#7d9fd0', '#587bb0', '#ffe08a', '#9cc4ff'),
  'North America': palette('#12504f', '#0b3539', '#5fb3a0', '#3f8f80', '#ffe39a', '#8ff0dc'),
  'South America': palette('#2f5220', '#1d3816', '#93b85a', '#6d933c', '#fff0a0', '#cdf08a'),
  Oceania: palette('#3a2f74', '#261e54', '#9a8ddb', '#7567bb', '#ffdf9a', '#bfb2ff'),
}
const ELSEWHERE = palette('#3b3f46', '#262a30', '#9aa1ab', '#757c87', '#fff0b8', '#d5dbe4')

/** Near white, for letters. */
export const INK = '#fff8ec'

/**
 * @param {string} continent
 * @returns {Palette}
 */
export function paletteOf(continent) {
  return PALETTES[continent] ?? ELSEWHERE
}

/**
 * @param {Rgb} color
 * @returns {string} for SVG
 */
export function css(color) {
  return `rgb(${color.join(' ')})`
}

/**
 * @param {[ground: string, sea: string, land: string, border: string, highlight: string, glow: string]} colors
 * @returns {Palette}
 */
function palette(...colors) {
  const [ground, sea, land, border, highlight, glow] = colors.map(rgb)
  return /** @type {Palette} */ ({ ground, sea, land, border, highlight, glow })
}

/**
 * @param {string} hex `#rrggbb`
 * @returns {Rgb}
 */
function rgb(hex) {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
