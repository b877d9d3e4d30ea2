import { ERROR_CODES, type ErrorCode, ShowrunnerError } from '../../model/error/error.js'
import type { RunAddress } from '../../model/job.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'
import { ownCopy } from './own-copy.js'
import type { BlobCall, BlobReply } from './session-message.js'

type PostCall = (address: RunAddress, request: number, call: BlobCall, transfer: ArrayBuffer[]) => void

/** A session's calls to blob stores in the host that wait for their reply. */
export class BlobCalls {
  readonly #waiting = new Map<number, (reply: BlobReply) => void>()
  readonly #post: PostCall
  #lastRequest = 0

  constructor(post: PostCall) {
    this.#post = post
  }

  /** @throws ShowrunnerError with the code it had in the host */
  async call(address: RunAddress, call: BlobCall): Promise<BlobReply> {
    const request = ++this.#lastRequest
    const reply = await new Promise<BlobReply>(resolve => {
      this.#waiting.set(request, resolve)
      this.#post(address, request, call, call.type === 'put' ? [call.bytes.buffer as ArrayBuffer] : [])
    })
    if (reply.type === 'error') throw carriedError(reply.code, reply.message)
    return reply
  }

  settle(request: number, reply: BlobReply): void {
    this.#waiting.get(request)?.(reply)
    this.#waiting.delete(request)
  }
}

/** The blob store of a movie whose store lives in the host's memory: bytes go over the link, transferred where it can. */
export function hostBlobs(call: (call: BlobCall) => Promise<BlobReply>): BlobAccess {
  const read: BlobAccess['read'] = async blob => {
    const reply = await call({ type: 'read', blob })
    return reply.type === 'bytes' ? reply.bytes : unexpected(reply)
  }
  return {
    async put(data, mimeType) {
      const bytes = data instanceof Uint8Array ? ownCopy([data]) : ownCopy(await collect(data))
      const reply = await call({ type: 'put', bytes, mimeType })
      return reply.type === 'blob' ? reply.blob : unexpected(reply)
    },
    async sizeOf(hash) {
      const reply = await call({ type: 'size', hash })
      return reply.type === 'size' ? reply.sizeBytes : unexpected(reply)
    },
    read,
    async *readStream(blob) {
      yield await read(blob)
    },
  }
}

async function collect(data: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of data) chunks.push(chunk)
  return chunks
}

function carriedError(code: string | undefined, message: string): Error {
  return ERROR_CODES.includes(code as ErrorCode)
    ? new ShowrunnerError(code as ErrorCode, message)
    : new Error(message)
}

function unexpected(reply: BlobReply): never {
  throw new ShowrunnerError('INTERNAL', `Unexpected blob reply "${reply.type}". Please report this.`)
}
