import { isShowrunnerError } from '../../model/error/error.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'
import { ownCopy } from './own-copy.js'
import type { BlobCall, BlobReply } from './session-message.js'

/**
 * The host's side of {@link hostBlobs}: does what a worker asks of a store that lives in the host.
 * @param blobs undefined: the run has ended
 */
export async function answerBlobCall(blobs: BlobAccess | undefined, call: BlobCall): Promise<BlobReply> {
  if (blobs === undefined) return { type: 'error', code: 'ENGINE_CLOSED', message: 'The run has ended.' }
  try {
    switch (call.type) {
      case 'put':
        return { type: 'blob', blob: await blobs.put(call.bytes, call.mimeType) }
      case 'size':
        return { type: 'size', sizeBytes: await blobs.sizeOf(call.hash) }
      case 'read':
        return { type: 'bytes', bytes: ownCopy([await blobs.read(call.blob)]) }
    }
  } catch (error) {
    const code = isShowrunnerError(error) ? error.code : undefined
    return { type: 'error', code, message: error instanceof Error ? error.message : String(error) }
  }
}
