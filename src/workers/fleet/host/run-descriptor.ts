import { randomUUID } from 'node:crypto'
import { ShowrunnerError } from '../../../model/error/error.js'
import type { BlobRef } from '../../../model/movie/event.js'
import type { BlobAccess } from '../../attempt/output/blob-access.js'

/** What lies in the movie's store about a run: a host that can read it has the same store. */
interface RunDescriptor {
  readonly format: 'showrunner-run/1'
  readonly movieId: string
  readonly run: string
  readonly nonce: string
  /** After which time without a word a host is lost to the run; absent: 12 s. */
  readonly silenceMs?: number
}

/** Writes the descriptor of a run into the movie's store. */
export async function writeDescriptor(
  blobs: BlobAccess,
  movieId: string,
  run: string,
  silenceMs: number,
): Promise<BlobRef> {
  const descriptor: RunDescriptor = {
    format: 'showrunner-run/1',
    movieId,
    run,
    nonce: randomUUID(),
    silenceMs,
  }
  return await blobs.put(Buffer.from(JSON.stringify(descriptor)), 'application/json')
}

/**
 * @param storeUrl of the host, for people to read
 * @throws ShowrunnerError `STORE_NOT_SHARED`
 */
export async function readDescriptor(
  blobs: BlobAccess,
  blob: BlobRef,
  storeUrl: string,
): Promise<RunDescriptor> {
  try {
    return JSON.parse(Buffer.from(await blobs.read(blob)).toString()) as RunDescriptor
  } catch (cause) {
    const { code, message: text } = cause as ShowrunnerError
    const why = code === 'BLOB_MISSING' ? '' : ` (${text})`
    const message = `The run is not in the store of this host, which is ${storeUrl}${why}. Give run and worker the same --store, which both can reach.`
    throw new ShowrunnerError('STORE_NOT_SHARED', message, { cause })
  }
}
