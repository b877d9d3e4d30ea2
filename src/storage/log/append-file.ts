/** Read from a file at once; also sets how many events a reader hands over in one batch. */
export const READ_CHUNK_BYTES = 512 * 1024

/**
 * A file that only ever grows and that several writers share: all that the log's protocol needs of the
 * place it lives in.
 */
export interface AppendFile {
  /** In the store, for messages: `atlas/events.jsonl`. */
  readonly path: string
  /** In bytes; undefined when there is no such file. */
  size(): Promise<number | undefined>
  /** The bytes in `[from, to)`, or up to the end if that comes first. Chunks may be shared: read only. */
  chunks(from: number, to: number): AsyncIterable<Buffer>
  /** Creates the file with these bytes: all of them or none, durably. */
  create(bytes: AsyncIterable<Uint8Array>): Promise<'created' | 'exists'>
  /** Creates the file, durably, when it is absent. */
  openAppender(): Promise<Appender>
  /** Calls `onChange` when the file may have grown; returns how to stop that. May miss changes: poll as well. */
  watch(onChange: () => void): () => void
}

export interface Appender {
  /**
   * Adds the bytes in one piece at the end, whoever else appends, and makes them durable.
   * After an error part of them may be there. @throws `STORE_FULL`, `STORE_FAILED`
   */
  append(bytes: Buffer): Promise<void>
  /** In bytes, with everybody's appends. */
  size(): number
  close(): Promise<void>
}
