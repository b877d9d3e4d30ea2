/**
 * One end of a connection between a host and a worker. What is posted is plain data, which any transport can carry; it
 * arrives in the order in which it was posted, or, when the other end dies, not at all.
 */
export interface Link<Out> {
  /**
   * @param transfer buffers of the message that may be given away
   * @throws DataCloneError when the message is not plain data; then nothing is sent
   */
  post(message: Out, transfer?: ArrayBuffer[]): void
  /** Receives what has arrived and was not received yet, for when nothing more will come; undefined: done at once. */
  drain(): Promise<void> | undefined
  /** Neither sends nor receives any more. Idempotent. */
  close(): void
}

/** Opens one end; `receive` gets what the other end posts, and never from inside a call of the link but `drain`. */
export type OpenLink<Out, In> = (receive: (message: In) => void) => Link<Out>
