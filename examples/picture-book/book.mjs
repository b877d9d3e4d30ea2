import { escapeHtml } from './escape-html.mjs'

const STYLE = `body{margin:0 auto;max-width:72rem;padding:2rem;font:18px/1.5 Georgia,serif;background:#faf6ee;color:#2b2622}
h1{font-size:3rem;text-align:center}section{display:flex;flex-wrap:wrap;gap:1.5rem;justify-content:center;margin:3rem 0}
figure{margin:0;flex:1 1 18rem;max-width:40rem}img{width:100%;border-radius:6px;box-shadow:0 2px 12px #0003}
figcaption{padding:.6rem .2rem}`

/**
 * Binds the spreads into one HTML page that needs no other file.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {import('showrunner').ProduceResult}
 */
export function produce({ inputs }) {
  const title = escapeHtml(String(inputs.title))
  const spreads = /** @type {string[]} */ (inputs.spreads)
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${spreads.join('\n')}</html>\n`
  return { outputs: { Page: { bytes: Buffer.from(html), mimeType: 'text/html' } } }
}
