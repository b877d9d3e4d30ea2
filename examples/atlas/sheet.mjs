import { renderPage } from './page/page.mjs'

/** @typedef {import('./card.mjs').Card} Card */

/**
 * Binds all cards and previews into one HTML page that needs no other file.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @param {import('showrunner').ProduceContext} context
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce({ inputs }, context) {
  const cards = /** @type {Card[]} */ (/** @type {unknown} */ (inputs.cards))
  const previews = /** @type {import('showrunner').BlobRef[]} */ (inputs.previews)
  if (cards.length !== previews.length) {
    throw new Error(`There are ${cards.length} cards but ${previews.length} pictures.`)
  }
  const entries = []
  for (const [index, card] of cards.entries()) {
    const preview = /** @type {import('showrunner').BlobRef} */ (previews[index])
    const base64 = Buffer.from(await context.read(preview)).toString('base64')
    entries.push({ card, image: `data:${preview.mimeType};base64,${base64}` })
    context.progress((index + 1) / cards.length)
  }
  const html = renderPage(String(inputs.title), entries)
  return { outputs: { Page: { bytes: Buffer.from(html), mimeType: 'text/html' } } }
}
