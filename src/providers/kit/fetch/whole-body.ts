import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as zlib from 'node:zlib'

/** Where {@link hidingCodings} puts what a body is compressed with, so that `fetch` leaves the body as it is. */
const HIDDEN = 'x-showrunner-content-encoding'
const HIDDEN_BYTES = Buffer.from(HIDDEN)

/** An agent of undici, as far as `fetch` uses it. */
interface Dispatcher {
  readonly isMockActive?: boolean
  dispatch(options: object, handler: Handler): boolean
}

/** What `fetch` gives its agent to hear of the response (undici 6 and 7). */
interface Handler {
  onHeaders?: (
    this: Handler,
    status: number,
    headers: readonly unknown[],
    resume: () => void,
    text: string,
  ) => boolean
}

const hiding = new WeakMap<object, Dispatcher>()

/**
 * The same agent, with responses whose `content-encoding` has another name: `fetch` decompresses leniently and takes the
 * beginning of a body for all of it. Undefined where the agent is none of undici's.
 */
export function hidingCodings(agent: unknown): Dispatcher | undefined {
  if (typeof agent !== 'object' || agent === null || !('dispatch' in agent)) return undefined
  const known = hiding.get(agent)
  if (known !== undefined) return known
  const inner = agent as Dispatcher
  const outer: Dispatcher = {
    get isMockActive() {
      return inner.isMockActive === true
    },
    dispatch: (options, handler) => inner.dispatch(options, withHiddenCoding(handler)),
  }
  hiding.set(agent, outer)
  return outer
}

function withHiddenCoding(handler: Handler): Handler {
  if (typeof handler.onHeaders !== 'function') return handler
  const outer = Object.create(handler) as Handler
  outer.onHeaders = function (status, headers, resume, text) {
    const renamed = headers.map((part, at) => (at % 2 === 0 && isCoding(part) ? HIDDEN_BYTES : part))
    return handler.onHeaders!.call(this, status, renamed, resume, text)
  }
  return outer
}

const isCoding = (name: unknown): boolean => String(name).toLowerCase() === 'content-encoding'

/** The response with its body decompressed, which breaks off where its bytes do. */
export function wholeBody(response: Response): Response {
  const coding = response.headers.get(HIDDEN)
  if (coding === null) return response
  const headers = new Headers(response.headers)
  headers.delete(HIDDEN)
  headers.set('content-encoding', coding)
  const { body, status, statusText, url } = response
  const codings = coding.split(',').map(name => name.trim().toLowerCase())
  const isKnown = codings.every(name => Object.hasOwn(DECODERS, name))
  const plain = body === null || !isKnown ? body : ReadableStream.from(decoded(body, codings.reverse()))
  const whole = new Response(plain as ReadableStream | null, { status, statusText, headers })
  return Object.defineProperty(whole, 'url', { value: url })
}

const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: () => Transform }

type Bytes = AsyncIterable<Uint8Array>

/** Each ends with an error where its input is not whole. */
const DECODERS: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  br: () => zlib.createBrotliDecompress(),
  // Some servers leave out the header of zlib (RFC 9110, 8.4.1.2).
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  // Node 22.15 and later.
  ...(createZstdDecompress && { zstd: createZstdDecompress }),
}

async function* decoded(body: unknown, codings: readonly string[]): AsyncGenerator<Uint8Array> {
  try {
    yield* codings.reduce((bytes, name) => decompressed(bytes, DECODERS[name]!), body as Bytes)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof TypeError) throw error
    // As `fetch` says it of a connection that was cut.
    throw new TypeError('terminated', { cause: new Error(`the compressed body is not whole (${message})`) })
  }
}

async function* decompressed(
  bytes: Bytes,
  decoderFor: (first: Uint8Array) => Transform,
): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done === true) return
  const decoder = decoderFor(first.value)
  const all = async function* () {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  // What fails is heard of from the decoder.
  pipeline(all, decoder).catch(() => {})
  yield* decoder
}
