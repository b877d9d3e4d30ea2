/** Bytes in one piece, or as they come. */
export type Bytes = Uint8Array | AsyncIterable<Uint8Array>
