import type { ReadBytes } from './pack-folder.js'
import { INDEX_MARK } from './pack-index.js'
import { HEAD_BYTES, HEAD_MARK, PACK_START, type PackRecord, readHead, recordEnd } from './pack-record.js'

export type Scanned =
  | { readonly type: 'record'; readonly record: PackRecord }
  /** Bytes that belong to no record. `next` is the record after them, if there is one. */
  | {
      readonly type: 'gap'
      readonly from: number
      readonly to: number
      readonly next: PackRecord | undefined
    }
  /** The records end here. */
  | { readonly type: 'index'; readonly offset: number }

const NEWLINE = 0x0a
/** Read at once; most records are found in what was read for the one before. */
const WINDOW_BYTES = 64 * 1024

/**
 * Finds the records of a pack by their heads, from `from` on, where a record begins or will begin. After bytes that
 * are no record it goes on with the next head whose checksum and offset are right.
 */
export async function* scanPack(window: PackWindow, from: number): AsyncGenerator<Scanned> {
  const { sizeBytes } = window
  let at = from
  let gapFrom: number | undefined
  if (at === 0) {
    if ((await window.bytes(0, PACK_START.length)).equals(PACK_START)) at = PACK_START.length
    else gapFrom = 0
  }
  while (at < sizeBytes) {
    const head = await window.bytes(at, HEAD_BYTES)
    const record = readHead(head, 0, at)
    if (record !== undefined && recordEnd(record) <= sizeBytes) {
      if (gapFrom !== undefined) yield { type: 'gap', from: gapFrom, to: at, next: record }
      gapFrom = undefined
      yield { type: 'record', record }
      at = recordEnd(record)
      if ((await window.bytes(at - 1, 1))[0] !== NEWLINE) {
        yield { type: 'gap', from: at - 1, to: at, next: undefined }
      }
      continue
    }
    if (gapFrom === undefined && head.subarray(0, INDEX_MARK.length).equals(INDEX_MARK)) {
      yield { type: 'index', offset: at }
      return
    }
    gapFrom ??= at
    const next = await nextHead(window, at + 1)
    if (next === undefined) break
    at = next
  }
  if (gapFrom !== undefined && gapFrom < sizeBytes)
    yield { type: 'gap', from: gapFrom, to: sizeBytes, next: undefined }
}

async function nextHead(window: PackWindow, from: number): Promise<number | undefined> {
  for (let start = from; start + HEAD_BYTES <= window.sizeBytes; ) {
    const bytes = await window.bytes(start, WINDOW_BYTES)
    for (let at = bytes.indexOf(HEAD_MARK); at !== -1; at = bytes.indexOf(HEAD_MARK, at + 1)) {
      if (bytes.length - at < HEAD_BYTES) break
      if (readHead(bytes, at, start + at) !== undefined) return start + at
    }
    // A head may begin in what was read and end after it.
    start += Math.max(1, bytes.length - HEAD_BYTES + 1)
  }
  return undefined
}

/** Reads a file front to back in larger pieces than it is asked for. */
export class PackWindow {
  readonly sizeBytes: number
  readonly #read: ReadBytes
  readonly #pieceBytes: number
  #start = 0
  #held: Buffer = Buffer.alloc(0)

  constructor(sizeBytes: number, read: ReadBytes, pieceBytes = WINDOW_BYTES) {
    this.sizeBytes = sizeBytes
    this.#read = read
    this.#pieceBytes = pieceBytes
  }

  /** `length` bytes from `from` on, fewer at the end of the file. */
  async bytes(from: number, length: number): Promise<Buffer> {
    const to = Math.min(from + length, this.sizeBytes)
    if (from < this.#start || to > this.#start + this.#held.length) {
      this.#held = await this.#read(from, Math.min(Math.max(to, from + this.#pieceBytes), this.sizeBytes))
      this.#start = from
    }
    return this.#held.subarray(from - this.#start, Math.max(from, to) - this.#start)
  }
}
