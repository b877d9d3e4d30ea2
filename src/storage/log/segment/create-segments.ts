import { randomBytes } from 'node:crypto'
import type { MovieId } from '../../../model/id.js'
import type { LoggedEvent } from '../../../model/movie/event.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout } from '../../layout.js'
import { logLines } from '../line/log-lines.js'
import { segmentBytes } from './segment.js'

/** Up to here a log is one object. */
const CREATED_SEGMENT_BYTES = 32 * 1024 * 1024

/**
 * Creates a log whose first segment is created last. What does not fit into it are parts of its own name, which the
 * segment lists with their hashes: without it readers see none of them. Nothing is removed: what an attempt that died
 * has left has a name that nobody looks for, until `gc` takes it.
 */
export async function createSegments(
  movie: MovieId,
  files: EngineFiles,
  batches: AsyncIterable<readonly LoggedEvent[]>,
  segmentBytesLimit: number = CREATED_SEGMENT_BYTES,
): Promise<'created' | 'exists'> {
  if ((await files.size(layout.segment(movie, 1))) !== undefined) return 'exists'
  const nonce = randomBytes(8).toString('hex')
  const before: string[] = []
  let last: { readonly lines: Buffer; readonly token: number } | undefined
  for await (const part of parts(batches, segmentBytesLimit)) {
    if (last !== undefined) {
      before.push(sha256(last.lines))
      await files.create(layout.beginning(movie, nonce, before.length), last.lines)
    }
    last = part
  }
  if (last === undefined) return 'exists'
  const header = {
    segment: 1,
    token: last.token,
    nonce,
    previous: null,
    ...(before.length > 0 && { before }),
  }
  return await files.create(layout.segment(movie, 1), segmentBytes(header, last.lines))
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
