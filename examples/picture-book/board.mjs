/** From far to near. */
const CAMERAS = ['wide', 'middle', 'close']
const SHOTS = 5

/**
 * Breaks a scene into shots: one for each part of its sentence, the first from afar.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {import('showrunner').ProduceResult}
 */
export function produce({ inputs }) {
  const parts = String(inputs.text).split(/,\s+/).slice(0, SHOTS)
  const shots = parts.map((text, index) => ({
    name: String.fromCharCode(97 + index),
    camera: CAMERAS[index % CAMERAS.length],
    text,
  }))
  return { outputs: { Shots: /** @type {any} */ (shots) } }
}
