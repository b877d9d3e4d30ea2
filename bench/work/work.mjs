import { createHash } from 'node:crypto'

/**
 * The kinds of work that pools and loops are compared by. Each does the same wherever it runs: in the engine's
 * threads, in a bare loop, in a queue's worker.
 */
export const KINDS = /** @type {const} */ (['no-op', 'waiting', 'http', 'hashing', 'image'])

/** @typedef {(typeof KINDS)[number]} Kind */

export const WAIT_MS = 50
const HASH_BYTES = 1024 * 1024
const IMAGE_SIZE = 512

const text = 'x'.repeat(100)
/** @type {Buffer | undefined} */
let hashed
/** @type {Promise<typeof import('sharp')> | undefined} */
let sharp

/** One job. @param {string} kind @param {string} [url] of the server for `http` @returns {unknown} */
export function work(kind, url) {
  switch (kind) {
    case 'no-op':
      return text
    case 'waiting':
      return new Promise(resolve => setTimeout(resolve, WAIT_MS, text))
    case 'http':
      return ask(/** @type {string} */ (url))
    case 'hashing':
      hashed ??= Buffer.alloc(HASH_BYTES, 'x')
      return createHash('sha256').update(hashed).digest('hex')
    case 'image':
      return shrink()
    default:
      throw new Error(`no work of kind ${kind}`)
  }
}

/** A call as to a provider of text: a prompt there, half a page back. @param {string} url */
async function ask(url) {
  const response = await fetch(url, { method: 'POST', body: '{"prompt":"A woodcut of a fox."}' })
  const answer = /** @type {{ text: string }} */ (await response.json())
  return answer.text
}

/** A picture scaled down and encoded. The library has threads of its own; here it gets one a caller. */
async function shrink() {
  sharp ??= import('sharp').then(({ default: loaded }) => {
    loaded.concurrency(1)
    return /** @type {any} */ (loaded)
  })
  const create = { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3, background: '#c84' }
  const load = /** @type {any} */ (await sharp)
  const png = await load({ create }).blur(2).resize(256).png().toBuffer()
  return `${png.length} bytes`
}
