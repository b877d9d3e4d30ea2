/** Where the page looks for full-size pictures, beside itself; without them it shows its previews. */
export const PICTURE_FOLDER = 'pictures'

/** @param {string} code ISO 3166-1 alpha-2 */
export function pictureName(code) {
  return `${code.toLowerCase()}.png`
}
