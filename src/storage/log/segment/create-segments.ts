import { randomBytes } from 'node:crypto'
import type { MovieId } from '../../../model/id.js'
import type { LoggedEvent } from '../../../model/movie/event.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout, segmentOf } from '../../layout.js'
import { logLines } from '../log-lines.js'
import { segmentBytes } from './segment.js'

/** Up to here a log is one object. */
const CREATED_SEGMENT_BYTES = 32 * 1024 * 1024

/**
 * Creates a log of whole segments. The first is created last: without it readers see none of them. What an attempt that
 * died has left is removed before; it cannot be a writer's, which begins with the first one.
 */
export async function createSegments(
  movie: MovieId,
  files: EngineFiles,
  batches: AsyncIterable<readonly LoggedEvent[]>,
  segmentBytesLimit: number = CREATED_SEGMENT_BYTES,
): Promise<'created' | 'exists'> {
  const left = (await files.names(layout.segments(movie))).filter(name => segmentOf(name) !== undefined)
  if ((await files.size(layout.segment(movie, 1))) !== undefined) return 'exists'
  for (const name of left) await files.delete(`${layout.segments(movie)}/${name}`)
  let first: Buffer | undefined
  let previous: string | null = null
  let segment = 0
  for await (const { lines, token } of parts(batches, segmentBytesLimit)) {
    segment++
    const nonce = randomBytes(8).toString('hex')
    const bytes: Buffer = segmentBytes({ segment, token, nonce, previous }, lines)
    previous = sha256(bytes)
    if (first === undefined) first = bytes
    else if ((await files.create(layout.segment(movie, segment), bytes)) === 'exists') return 'exists'
  }
  return first === undefined ? 'exists' : await files.create(layout.segment(movie, 1), first)
}

async function* parts(
  batches: AsyncIterable<readonly LoggedEvent[]>,
  limitBytes: number,
): AsyncGenerator<{ lines: Buffer; token: number }> {
  let token = 0
  async function* watched() {
    for await (const events of batches) {
      for (const { event } of events) if (event.type === 'writer.opened') token = event.token
      yield events
    }
  }
  let chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const lines of logLines(watched())) {
    chunks.push(lines)
    sizeBytes += lines.length
    if (sizeBytes < limitBytes) continue
    yield { lines: Buffer.concat(chunks), token }
    chunks = []
    sizeBytes = 0
  }
  if (sizeBytes > 0) yield { lines: Buffer.concat(chunks), token }
}
