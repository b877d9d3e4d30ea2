import { type FileHandle, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Bytes } from '../bytes.js'
import { openPatiently } from '../local/patient-file.js'

/** A stream on its way to an object store is kept in memory up to this, and in a file above. */
const SPOOL_MEMORY_BYTES = 4 * 1024 * 1024

/** Bytes whose size is known, and which can be sent again. */
export interface Spooled extends AsyncDisposable {
  readonly sizeBytes: number
  /** A new reader of all bytes. */
  body(): Buffer | Readable
}

/** Takes all bytes of a source: small ones into memory, larger ones into a temporary file. */
export async function spool(bytes: Bytes): Promise<Spooled> {
  if (bytes instanceof Uint8Array) return inMemory(Buffer.from(bytes))
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const source = bytes[Symbol.asyncIterator]()
  for (let next = await source.next(); !next.done; next = await source.next()) {
    chunks.push(next.value)
    sizeBytes += next.value.byteLength
    if (sizeBytes > SPOOL_MEMORY_BYTES) return inFile(chunks, { [Symbol.asyncIterator]: () => source })
  }
  return inMemory(Buffer.concat(chunks))
}

function inMemory(bytes: Buffer): Spooled {
  return {
    sizeBytes: bytes.length,
    body: () => bytes,
    async [Symbol.asyncDispose]() {},
  }
}

async function inFile(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'showrunner-spool-'))
  // Written and read by one descriptor: there may be none left when the bytes are to be sent.
  let handle: FileHandle | undefined
  const remove = async () => {
    await handle?.close()
    await rm(folder, { recursive: true, force: true })
  }
  let sizeBytes = 0
  try {
    const file = await openPatiently(join(folder, 'bytes'), 'wx+')
    handle = file
    const take = async (chunk: Uint8Array) => {
      sizeBytes += chunk.byteLength
      await file.writeFile(chunk)
    }
    for (const chunk of first) await take(chunk)
    for await (const chunk of rest) await take(chunk)
    return {
      sizeBytes,
      body: () => file.createReadStream({ start: 0, autoClose: false }),
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
