import sharp from 'sharp'
import { COLUMNS, ROWS, TILE_PX } from './grid.mjs'

/**
 * Puts all tiles into one picture.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @param {import('showrunner').ProduceContext} context
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce({ inputs }, context) {
  const tiles = /** @type {import('showrunner').BlobRef[]} */ (inputs.tiles)
  const placed = []
  for (const [index, tile] of tiles.entries())
    placed.push({
      input: Buffer.from(await context.read(tile)),
      top: Math.floor(index / COLUMNS) * TILE_PX,
      left: (index % COLUMNS) * TILE_PX,
    })
  const bytes = await sharp({
    create: { width: COLUMNS * TILE_PX, height: ROWS * TILE_PX, channels: 3, background: 'black' },
  })
    .composite(placed)
    .png()
    .toBuffer()
  return { outputs: { Image: { bytes, mimeType: 'image/png' } } }
}
