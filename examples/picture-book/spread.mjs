import { escapeHtml } from './escape-html.mjs'

/**
 * Sets all shots of a scene beside each other.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @param {import('showrunner').ProduceContext} context
 * @returns {Promise<import('showrunner').ProduceResult>}
 */
export async function produce({ inputs }, context) {
  const pictures = /** @type {import('showrunner').BlobRef[]} */ (inputs.pictures)
  const captions = /** @type {string[]} */ (inputs.captions)
  const figures = []
  for (const [index, picture] of pictures.entries()) {
    const base64 = Buffer.from(await context.read(picture)).toString('base64')
    const caption = escapeHtml(captions[index] ?? '')
    figures.push(
      `<figure><img src="data:${picture.mimeType};base64,${base64}" alt="${caption}"><figcaption>${caption}</figcaption></figure>`,
    )
  }
  return {
    outputs: { Html: `<section id="${escapeHtml(String(inputs.slug))}">${figures.join('')}</section>` },
  }
}
