import type { JsonValue } from '../../model/json.js'
import type { FollowedMovie } from '../history/followed-movie.js'

/** Shown by the browser itself; anything else is a file to be saved. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/
/** A picture that can have scripts: shown where none of them can run. */
const SANDBOXED = 'image/svg+xml'
/** What is generated is hostile: nothing of it may run, load or ask anything. */
const POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"

/**
 * The content of an artifact, named by the event that made it: the same bytes for ever.
 * @param wantsFile to be saved, even if a browser could show it
 * @returns undefined when there is no such artifact
 */
export async function artifactResponse(
  movie: FollowedMovie,
  seq: number,
  wantsFile: boolean,
): Promise<Response | undefined> {
  const batch = movie.history.batchOf(seq)
  if (batch === undefined) return undefined
  const event = (await movie.events(batch)).find(logged => logged.seq === seq)?.event
  if (event?.type !== 'artifact') return undefined
  const name = event.artifactId.replace(/^Producer:/, '')
  if (event.blob === undefined)
    return respond(textOf(event.value), 'text/plain; charset=utf-8', name, wantsFile)
  const { mimeType } = event.blob
  const isShown = SHOWN.test(mimeType) || mimeType === SANDBOXED
  const chunks = movie.movie.blob(event.blob).stream()
  const type = isShown ? mimeType : 'application/octet-stream'
  return respond(ReadableStream.from(chunks), type, name, wantsFile || !isShown, event.blob.sizeBytes)
}

function respond(
  body: string | ReadableStream,
  type: string,
  name: string,
  isFile: boolean,
  sizeBytes?: number,
): Response {
  return new Response(body, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `${isFile ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, max-age=31536000, immutable',
      ...(sizeBytes !== undefined && { 'Content-Length': String(sizeBytes) }),
    },
  })
}

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2)
