import type { BlobRef } from '../../../model/movie/event.js'
import type { BlobAccess } from '../../attempt/output/blob-access.js'
import type { Frame } from './frame.js'

/** A message with more characters than this travels through the movie's store, and a frame names it. */
export const MESSAGE_LIMIT = 1024 * 1024

type Blobs = Pick<BlobAccess, 'put' | 'read'>

/** Stands for a message that lies in the movie's store. */
interface StoredMessage {
  readonly type: 'stored'
  readonly blob: BlobRef
}

/** @param json a message @returns what names it; itself when it cannot be stored, which queues bear as well */
export async function storedMessage(json: string, blobs: Blobs): Promise<string> {
  try {
    const blob = await blobs.put(Buffer.from(json), 'application/json')
    return JSON.stringify({ type: 'stored', blob } satisfies StoredMessage)
  } catch {
    return json
  }
}

/** The frame with its messages; a promise where some lie in the store. */
export function loadedFrame(frame: Frame, blobs: Blobs): Frame | Promise<Frame> {
  return frame.messages?.some(isStored) ? load(frame, blobs) : frame
}

async function load(frame: Frame, blobs: Blobs): Promise<Frame> {
  const messages: unknown[] = []
  for (const message of frame.messages!)
    messages.push(isStored(message) ? await parsed(message.blob, blobs) : message)
  return { ...frame, messages }
}

const parsed = async (blob: BlobRef, blobs: Blobs): Promise<unknown> =>
  JSON.parse(Buffer.from(await blobs.read(blob)).toString())

const isStored = (message: unknown): message is StoredMessage =>
  (message as StoredMessage | null)?.type === 'stored'
