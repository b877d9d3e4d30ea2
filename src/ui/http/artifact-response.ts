import type { JsonValue } from '../../model/json.js'
import type { BlobRef, MovieEvent } from '../../model/movie/event.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import { jobName } from '../history/jobs/job-name.js'
import { rejectedBlob } from '../query/job/rejected-outputs.js'
import { byteRange, bytesIn } from './byte-range.js'

/** Shown by the browser itself; anything else is a file to be saved. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/
/** A picture that can have scripts: shown where none of them can run. */
const SANDBOXED = 'image/svg+xml'
/** What is generated is hostile: nothing of it may run, load or ask anything. */
const POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"

interface ArtifactRequest {
  /** To be saved, even if a browser could show it. */
  readonly wantsFile: boolean
  /** The header `Range`: players ask for parts. */
  readonly range?: string | undefined
  /** Of an attempt that was rejected: which output of its answer. */
  readonly output?: string | undefined
}

/**
 * The content of an artifact, or of a rejected answer, named by the event that has it: the same bytes for ever.
 * @returns undefined when there is no such artifact
 */
export async function artifactResponse(
  movie: FollowedMovie,
  seq: number,
  { wantsFile, range: asked, output }: ArtifactRequest,
): Promise<Response | undefined> {
  const batch = movie.history.batchOf(seq)
  if (batch === undefined) return undefined
  const event = (await movie.events(batch)).find(logged => logged.seq === seq)?.event
  const found = event && contentOf(event, output)
  if (found === undefined) return undefined
  const { name, blob } = found
  if (blob === undefined) return respond(textOf(found.value), 'text/plain; charset=utf-8', name, wantsFile)
  const { mimeType, sizeBytes } = blob
  const isShown = SHOWN.test(mimeType) || mimeType === SANDBOXED
  const type = isShown ? mimeType : 'application/octet-stream'
  const isFile = wantsFile || !isShown
  const range = byteRange(asked, sizeBytes)
  if (range === 'unsatisfiable')
    return respond('', type, name, isFile, { status: 416, 'Content-Range': `bytes */${sizeBytes}` })
  const chunks = movie.movie.blob(blob).stream()
  if (range === undefined)
    return respond(ReadableStream.from(chunks), type, name, isFile, {
      status: 200,
      'Accept-Ranges': 'bytes',
      'Content-Length': String(sizeBytes),
    })
  return respond(ReadableStream.from(bytesIn(chunks, range)), type, name, isFile, {
    status: 206,
    'Content-Range': `bytes ${range.start}-${range.end}/${sizeBytes}`,
    'Content-Length': String(range.end - range.start + 1),
  })
}

interface Content {
  readonly name: string
  readonly blob?: BlobRef
  readonly value?: JsonValue
}

/** What an event has made, or what its attempt has answered in vain. */
function contentOf(event: MovieEvent, output: string | undefined): Content | undefined {
  if (event.type === 'artifact') {
    const { artifactId, blob, value } = event
    return { name: jobName(artifactId), ...(blob ? { blob } : value !== undefined && { value }) }
  }
  if (event.type !== 'job.failed' || output === undefined) return undefined
  const blob = event.rejected?.outputs && rejectedBlob(event.rejected.outputs, output)
  return blob && { name: `${jobName(event.jobId)}.${output}`, blob }
}

function respond(
  body: string | ReadableStream,
  type: string,
  name: string,
  isFile: boolean,
  { status = 200, ...headers }: { readonly status?: number } & Readonly<Record<string, string | number>> = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Disposition': `${isFile ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, max-age=31536000, immutable',
      ...(headers as Record<string, string>),
    },
  })
}

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2)
