/** @typedef {import('./globe.mjs').View} View */

const RADIANS = Math.PI / 180
const SPACING = 15
const STEP = 3

/**
 * Where a place appears on the globe that `drawGlobe` draws.
 *
 * @param {View} view
 * @param {import('../geography.mjs').Place} place
 * @returns {{ x: number, y: number, isVisible: boolean }} in pixels
 */
export function project(view, { latitude, longitude }) {
  const turn = (longitude - view.longitude) * RADIANS
  const sin = Math.sin(latitude * RADIANS)
  const cos = Math.cos(latitude * RADIANS)
  const sinTilt = Math.sin(view.latitude * RADIANS)
  const cosTilt = Math.cos(view.latitude * RADIANS)
  return {
    x: view.centerX + view.radius * cos * Math.sin(turn),
    y: view.centerY - view.radius * (sin * cosTilt - cos * Math.cos(turn) * sinTilt),
    isVisible: sin * sinTilt + cos * Math.cos(turn) * cosTilt > 0,
  }
}

/**
 * The visible net of meridians and parallels.
 *
 * @param {View} view
 * @returns {string} SVG path data
 */
export function graticule(view) {
  let path = ''
  for (let longitude = -180; longitude < 180; longitude += SPACING) {
    path += line(view, -75, 75, latitude => ({ latitude, longitude }))
  }
  for (let latitude = -75; latitude <= 75; latitude += SPACING) {
    path += line(view, -180, 180, longitude => ({ latitude, longitude }))
  }
  return path
}

/**
 * @param {View} view
 * @param {number} from
 * @param {number} to
 * @param {(position: number) => import('../geography.mjs').Place} placeAt
 */
function line(view, from, to, placeAt) {
  let path = ''
  let isDrawing = false
  for (let position = from; position <= to; position += STEP) {
    const { x, y, isVisible } = project(view, placeAt(position))
    if (isVisible) path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    isDrawing = isVisible
  }
  return path
}
