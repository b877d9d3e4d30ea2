const EARTH_RADIUS_KM = 6371
const RADIANS = Math.PI / 180

/**
 * @typedef {object} Place
 * @property {number} latitude degrees, north is positive
 * @property {number} longitude degrees, east is positive
 */

/**
 * Great-circle distance on a sphere (haversine formula).
 *
 * @param {Place} a
 * @param {Place} b
 * @returns {number} kilometres
 */
export function distanceKm(a, b) {
  const north = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2)
  const east = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2)
  const chord = north ** 2 + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * east ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/**
 * The point straight through the Earth.
 *
 * @param {Place} place
 * @returns {Place}
 */
export function antipode({ latitude, longitude }) {
  return { latitude: -latitude, longitude: longitude > 0 ? longitude - 180 : longitude + 180 }
}

/**
 * Mean solar time at a longitude, ahead of Greenwich, without zones and summer time.
 *
 * @param {number} longitude
 * @returns {number} minutes
 */
export function solarMinutes(longitude) {
  return Math.round(longitude * 4)
}

/**
 * `48.86° N, 2.35° E`
 *
 * @param {Place} place
 */
export function coordinates({ latitude, longitude }) {
  return `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`
}

/**
 * @param {number} value
 * @param {string} positive
 * @param {string} negative
 */
function degrees(value, positive, negative) {
  return `${Math.abs(value).toFixed(2)}° ${value < 0 ? negative : positive}`
}
