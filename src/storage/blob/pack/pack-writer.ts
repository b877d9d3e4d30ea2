/** Gathers blobs and writes them into one pack. After an error a writer takes nothing more. */
export interface PackWriter {
  /** Name of the pack. */
  readonly name: string
  /** Bytes up to here are durable. */
  readonly sizeBytes: number
  /** False when it is full, sent, failed or closed. */
  readonly takesMore: boolean
  readonly isIdle: boolean
  /** Takes a copy of the bytes at once; resolves with the record's offset when it is durable. @throws PackLostError */
  append(hash: string, bytes: Uint8Array): Promise<number>
  /** Ends the pack, once what is under way has ended. Idempotent. */
  close(): Promise<void>
}

/** The pack takes nothing more, or was deleted or cut off under its writer: what it was given goes into another one. */
export class PackLostError extends Error {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    super('The pack is lost.')
    this.bytes = bytes
  }
}
