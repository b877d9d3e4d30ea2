import sharp from 'sharp'
import { drawGlobe } from './draw/globe.mjs'
import { paletteOf } from './draw/palette.mjs'
import { drawPostcard, HEIGHT, viewOf, WIDTH } from './draw/postcard.mjs'
import { gridNumber, loadWorldGrid } from './draw/world-grid.mjs'

const PREVIEW_WIDTH = 480

// Each worker thread draws a picture of its own; libvips threads beside them would only compete.
sharp.concurrency(1)

/**
 * Draws a country's postcard, and a small preview of it for the page.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce(request) {
  const subject = readSubject(request.inputs)
  const globe = drawGlobe(await loadWorldGrid(), gridNumber(subject.code), {
    width: WIDTH,
    height: HEIGHT,
    view: viewOf(subject),
    colors: paletteOf(subject.continent),
  })
  const card = await sharp(globe, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .composite([{ input: Buffer.from(drawPostcard(subject)) }])
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = card.info
  const picture = sharp(card.data, { raw: { width, height, channels } }).removeAlpha()
  const [image, preview] = await Promise.all([
    picture.clone().png().toBuffer(),
    picture.clone().resize(PREVIEW_WIDTH).webp({ quality: 80, effort: 2 }).toBuffer(),
  ])
  return {
    outputs: {
      Image: { bytes: image, mimeType: 'image/png' },
      Preview: { bytes: preview, mimeType: 'image/webp' },
    },
  }
}

/**
 * @param {import('showrunner').ProduceRequest['inputs']} inputs a table from CSV holds its numbers as text
 * @returns {import('./draw/postcard.mjs').Subject}
 */
function readSubject(inputs) {
  const subject = /** @type {import('./draw/postcard.mjs').Subject} */ (/** @type {unknown} */ (inputs))
  const { latitude, longitude, areaKm2 } = subject
  return { ...subject, latitude: Number(latitude), longitude: Number(longitude), areaKm2: Number(areaKm2) }
}
