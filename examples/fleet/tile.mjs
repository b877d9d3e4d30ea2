import sharp from 'sharp'
import { COLUMNS, ROWS, TILE_PX, VIEW } from './grid.mjs'

// Each worker thread draws a tile of its own; libvips threads beside them would only compete.
sharp.concurrency(1)

const STEP = VIEW.width / (COLUMNS * TILE_PX)

/**
 * Draws one tile of the Mandelbrot set.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @param {import('showrunner').ProduceContext} context
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce({ inputs }, context) {
  const iterations = Number(inputs.iterations)
  const samples = Number(inputs.samples)
  const left = VIEW.re + (Number(inputs.column) - COLUMNS / 2) * TILE_PX * STEP
  const top = VIEW.im - (Number(inputs.row) - ROWS / 2) * TILE_PX * STEP
  const pixels = Buffer.alloc(TILE_PX * TILE_PX * 3)
  for (let y = 0; y < TILE_PX; y++) {
    context.signal.throwIfAborted()
    for (let x = 0; x < TILE_PX; x++) {
      let [red, green, blue] = [0, 0, 0]
      for (let sample = 0; sample < samples ** 2; sample++) {
        const re = left + (x + (sample % samples) / samples) * STEP
        const im = top - (y + Math.floor(sample / samples) / samples) * STEP
        const color = colorOf(escapeTime(re, im, iterations))
        red += color[0]
        green += color[1]
        blue += color[2]
      }
      pixels.set(
        [red, green, blue].map(sum => sum / samples ** 2),
        (y * TILE_PX + x) * 3,
      )
    }
    context.progress((y + 1) / TILE_PX)
  }
  const raw = { width: TILE_PX, height: TILE_PX, channels: /** @type {3} */ (3) }
  const bytes = await sharp(pixels, { raw }).png().toBuffer()
  return { outputs: { Image: { bytes, mimeType: 'image/png' } } }
}

/**
 * @param {number} re
 * @param {number} im
 * @param {number} iterations
 * @returns {number} smooth count of steps until the point escapes; -1: it does not
 */
function escapeTime(re, im, iterations) {
  let x = 0
  let y = 0
  for (let step = 0; step < iterations; step++) {
    const xx = x * x
    const yy = y * y
    if (xx + yy > 256) return step + 1 - Math.log2(Math.log2(xx + yy) / 2)
    y = 2 * x * y + im
    x = xx - yy + re
  }
  return -1
}

/**
 * @param {number} time
 * @returns {[number, number, number]} red, green and blue, 0 to 255
 */
function colorOf(time) {
  if (time < 0) return [0, 0, 0]
  const angle = Math.sqrt(time) * 0.4
  const channel = (/** @type {number} */ phase) => Math.round(127.5 * (1 - Math.cos(angle + phase)))
  return [channel(0.2), channel(0.9), channel(1.9)]
}
