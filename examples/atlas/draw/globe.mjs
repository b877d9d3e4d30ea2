import { CELLS_PER_DEGREE, COLUMNS, ROWS } from './world-grid.mjs'

const RADIANS = Math.PI / 180
/** Samples a pixel, along each side. */
const SAMPLES = 2
/** Where the light comes from, as a unit vector: left, above, and towards the eye. */
const LIGHT = /** @type {const} */ ([-0.46, 0.48, 0.747])
/** How much of the light comes from the side. */
const LIGHT_ACROSS = Math.sqrt(LIGHT[0] ** 2 + LIGHT[1] ** 2)
/** The row of the world for the sine of a latitude, in steps fine enough for a cell: spares an arcsine a sample. */
const SINE_STEPS = 4096
const ROW_OF_SINE = Uint16Array.from({ length: 2 * SINE_STEPS + 1 }, (_, index) => {
  const latitude = Math.asin(index / SINE_STEPS - 1) / RADIANS
  return Math.min(ROWS - 2, Math.floor((90 - latitude) * CELLS_PER_DEGREE))
})
/** Distance in radii over which the glow around the globe fades to a third. */
const GLOW_DEPTH = 0.07

/**
 * @typedef {readonly [red: number, green: number, blue: number]} Rgb
 * @typedef {object} View
 * @property {number} latitude the point of the globe that faces the eye
 * @property {number} longitude
 * @property {number} centerX in pixels
 * @property {number} centerY
 * @property {number} radius
 * @typedef {object} GlobeColors
 * @property {Rgb} ground around the globe
 * @property {Rgb} glow of the air at its rim
 * @property {Rgb} sea
 * @property {Rgb} land
 * @property {Rgb} border between two countries
 * @property {Rgb} highlight the country itself
 */

/**
 * Draws a lit globe by looking, for each sample of each pixel, from the eye to the point on the sphere and from
 * there to the cell of the world below it (orthographic projection).
 *
 * @param {Uint8Array} grid from `loadWorldGrid`
 * @param {number} country from `gridNumber`
 * @param {{ width: number, height: number, view: View, colors: GlobeColors }} options
 * @returns {Buffer} RGB, 3 bytes a pixel
 */
export function drawGlobe(grid, country, { width, height, view, colors }) {
  const pixels = Buffer.alloc(width * height * 3)
  const surfaceAt = sampler(grid, country, view, colors)
  for (let row = 0, at = 0; row < height; row++) {
    const y = (view.centerY - row - 0.5) / view.radius
    for (let column = 0; column < width; column++, at += 3) {
      const x = (column + 0.5 - view.centerX) / view.radius
      const distance = Math.sqrt(x * x + y * y)
      if (distance > 1) {
        paint(pixels, at, colors.ground, 1, colors.glow, glowAt(x, y, distance))
      } else {
        const z = Math.sqrt(1 - x * x - y * y)
        const light = 0.48 + 0.66 * Math.max(0, x * LIGHT[0] + y * LIGHT[1] + z * LIGHT[2])
        paint(pixels, at, surfaceAt(x, y), light, colors.glow, 0.5 * (1 - z) ** 3)
      }
    }
  }
  return pixels
}

/**
 * @param {Uint8Array} grid
 * @param {number} country
 * @param {View} view
 * @param {GlobeColors} colors
 * @returns {(x: number, y: number) => Rgb} the unlit colour of a pixel, averaged over its samples (one array
 *   that the next call overwrites); the globe has radius 1 and y runs up
 */
function sampler(grid, country, view, colors) {
  const sinTilt = Math.sin(view.latitude * RADIANS)
  const cosTilt = Math.cos(view.latitude * RADIANS)
  const step = 1 / SAMPLES / view.radius
  const first = ((1 - SAMPLES) / 2) * step
  /** @type {[number, number, number]} */
  const average = [0, 0, 0]
  return (x, y) => {
    average[0] = average[1] = average[2] = 0
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const sx = x + first + (sample % SAMPLES) * step
      const sy = y + first + Math.floor(sample / SAMPLES) * step
      const z = Math.sqrt(Math.max(0, 1 - sx * sx - sy * sy))
      const sine = sy * cosTilt + z * sinTilt
      const longitude = view.longitude + Math.atan2(sx, z * cosTilt - sy * sinTilt) / RADIANS
      const color = colorOf(grid, country, sine, longitude, colors)
      average[0] += color[0] / (SAMPLES * SAMPLES)
      average[1] += color[1] / (SAMPLES * SAMPLES)
      average[2] += color[2] / (SAMPLES * SAMPLES)
    }
    return average
  }
}

/**
 * @param {Uint8Array} grid
 * @param {number} country
 * @param {number} sine of the latitude
 * @param {number} longitude between -360 and 360
 * @param {GlobeColors} colors
 * @returns {Rgb}
 */
function colorOf(grid, country, sine, longitude, colors) {
  const row = ROW_OF_SINE[Math.round((sine + 1) * SINE_STEPS)] ?? 0
  const column = Math.trunc((longitude + 540) * CELLS_PER_DEGREE) % COLUMNS
  const at = row * COLUMNS + column
  const cell = grid[at]
  if (cell === 0) return colors.sea
  if (cell === country) return colors.highlight
  const right = grid[at + 1]
  const below = grid[at + COLUMNS]
  const isBorder = (right !== cell && right !== 0) || (below !== cell && below !== 0)
  return isBorder ? colors.border : colors.land
}

/**
 * How much of the lit air shows beside the globe, 0 to 1.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} distance from the centre, above 1
 */
function glowAt(x, y, distance) {
  const depth = (distance - 1) / GLOW_DEPTH
  if (depth > 6) return 0
  const towardsLight = (x * LIGHT[0] + y * LIGHT[1]) / distance / LIGHT_ACROSS
  return (0.28 + 0.28 * towardsLight) * Math.exp(-depth)
}

/**
 * @param {Buffer} pixels
 * @param {number} at
 * @param {Rgb} color
 * @param {number} light 1 leaves the colour as it is
 * @param {Rgb} veil laid over it
 * @param {number} share of the veil, 0 to 1
 */
function paint(pixels, at, color, light, veil, share) {
  const keep = light * (1 - share)
  pixels[at] = Math.min(255, color[0] * keep + veil[0] * share)
  pixels[at + 1] = Math.min(255, color[1] * keep + veil[1] * share)
  pixels[at + 2] = Math.min(255, color[2] * keep + veil[2] * share)
}
