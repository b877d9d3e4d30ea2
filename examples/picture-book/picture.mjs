import sharp from 'sharp'
import { drawScene, HEIGHT, WIDTH } from './draw-scene.mjs'

// Each worker thread draws a picture of its own; libvips threads beside them would only compete.
sharp.concurrency(1)

/**
 * Draws one shot.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce({ inputs }) {
  const shot = /** @type {import('./draw-scene.mjs').Shot} */ (/** @type {unknown} */ (inputs))
  const bytes = await sharp(Buffer.from(drawScene(shot)))
    .resize(WIDTH, HEIGHT)
    .png({ palette: true })
    .toBuffer()
  return { outputs: { Image: { bytes, mimeType: 'image/png' } } }
}
