import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Writes, and waits while the reader is slower than we are. @throws what the stream fails with */
export async function written(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  if (stream.errored) throw stream.errored
  if (chunk.length > 0 && !stream.write(chunk)) await once(stream, 'drain')
}
