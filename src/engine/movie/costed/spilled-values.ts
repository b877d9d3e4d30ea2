import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShowrunnerError } from '../../../model/error/error.js'
import type { JsonValue } from '../../../model/json.js'
import type { ValueColumn } from '../../../model/movie/column/value-columns.js'

const PAGE_BYTES = 64 * 1024
/** Pages of the file in memory: rows that are read in order find most of their values in few of them. */
const PAGE_LIMIT = 64
/** Written at once. */
const CHUNK_BYTES = 1024 * 1024

/**
 * Values by slot, as JSON texts in a temporary file: of each value only its place is in memory, 12 bytes. For who folds
 * a log once and then reads the values in another order. Few values need no file.
 */
export class SpilledValues implements ValueColumn, Disposable {
  #file: number | undefined
  #folder: string | undefined
  /** 1 + place in the file; 0: no value. */
  #places: Float64Array
  #sizes: Uint32Array
  /** The end of the file, which is not written yet. */
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #chunkBytes = 0
  #writtenBytes = 0
  readonly #pages = new Map<number, Buffer>()

  constructor(length: number) {
    this.#places = new Float64Array(length)
    this.#sizes = new Uint32Array(length)
  }

  get(slot: number): JsonValue | undefined {
    const place = (this.#places[slot] ?? 0) - 1
    if (place < 0) return undefined
    return JSON.parse(this.#read(place, this.#sizes[slot]!)) as JsonValue
  }

  set(slot: number, value: JsonValue | undefined): void {
    if (slot >= this.#places.length) this.#grow(slot + 1)
    if (value === undefined) {
      this.#places[slot] = 0
      return
    }
    const text = JSON.stringify(value)
    this.#places[slot] = 1 + this.#writtenBytes + this.#chunkBytes
    this.#sizes[slot] = this.#append(text)
  }

  /** Removes the file. */
  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = undefined
    this.#pages.clear()
  }

  /** @returns its size in bytes */
  #append(text: string): number {
    const sizeBytes = Buffer.byteLength(text)
    if (this.#chunkBytes + sizeBytes > CHUNK_BYTES) this.#flush()
    if (sizeBytes > CHUNK_BYTES) this.#write(Buffer.from(text))
    else this.#chunkBytes += this.#chunk.write(text, this.#chunkBytes)
    return sizeBytes
  }

  #flush(): void {
    if (this.#chunkBytes === 0) return
    this.#write(this.#chunk.subarray(0, this.#chunkBytes))
    this.#chunkBytes = 0
  }

  #write(bytes: Buffer): void {
    try {
      this.#file ??= this.#open()
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#file, bytes, at, bytes.length - at, this.#writtenBytes + at)
    } catch (cause) {
      throw new ShowrunnerError(
        'STORE_FULL',
        `The values of the movie do not fit into the folder of temporary files (${tmpdir()}): ${(cause as Error).message}. Make space there, or name another folder in TMPDIR.`,
        { cause },
      )
    }
    this.#writtenBytes += bytes.length
    // The last page may have grown.
    this.#pages.delete(Math.floor((this.#writtenBytes - bytes.length) / PAGE_BYTES))
  }

  #open(): number {
    this.#folder = mkdtempSync(join(tmpdir(), 'showrunner-values-'))
    const path = join(this.#folder, 'values')
    const file = openSync(path, 'wx+', 0o600)
    // Without its name it is gone when the process is, however that ends. Not on Windows.
    if (process.platform !== 'win32') {
      rmSync(this.#folder, { recursive: true })
      this.#folder = undefined
    }
    return file
  }

  #read(place: number, sizeBytes: number): string {
    if (place >= this.#writtenBytes) {
      const start = place - this.#writtenBytes
      return this.#chunk.toString('utf8', start, start + sizeBytes)
    }
    const first = Math.floor(place / PAGE_BYTES)
    const last = Math.floor((place + sizeBytes - 1) / PAGE_BYTES)
    const start = place - first * PAGE_BYTES
    if (first === last) return this.#page(first).toString('utf8', start, start + sizeBytes)
    const bytes = Buffer.allocUnsafe(sizeBytes)
    readSync(this.#file!, bytes, 0, sizeBytes, place)
    return bytes.toString('utf8')
  }

  #page(number: number): Buffer {
    const known = this.#pages.get(number)
    if (known !== undefined) {
      this.#pages.delete(number)
      this.#pages.set(number, known)
      return known
    }
    const isFull = this.#pages.size >= PAGE_LIMIT
    const [oldest] = isFull ? this.#pages : []
    if (oldest !== undefined) this.#pages.delete(oldest[0])
    const page = oldest?.[1] ?? Buffer.allocUnsafeSlow(PAGE_BYTES)
    readSync(this.#file!, page, 0, PAGE_BYTES, number * PAGE_BYTES)
    this.#pages.set(number, page)
    return page
  }

  #grow(needed: number): void {
    const length = Math.max(needed, 2 * this.#places.length, 1024)
    const places = new Float64Array(length)
    places.set(this.#places)
    this.#places = places
    const sizes = new Uint32Array(length)
    sizes.set(this.#sizes)
    this.#sizes = sizes
  }
}
