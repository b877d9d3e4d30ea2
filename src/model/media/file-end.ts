/** What follows a header: so many bytes to pass over, or something to find. */
type Step =
  | { readonly skip: number; readonly isLast?: boolean }
  /** The header is longer than was thought. */
  | { readonly headerBytes: number }
  | 'end'
  | 'scan'
  | 'unknown'

/** A format in which each part says how long it is. */
interface Format {
  /** Before the first part. */
  readonly start: number
  readonly headerBytes: number
  readonly next: (header: Buffer) => Step
  /** The file may end after any part. */
  readonly endsAnywhere?: true
}

/** ISO/IEC 15948, 5.3. */
const PNG: Format = {
  start: 8,
  headerBytes: 8,
  next: header => ({ skip: header.readUInt32BE(0) + 4, isLast: header.toString('latin1', 4, 8) === 'IEND' }),
}

/** ISO/IEC 10918-1, annex B: after the start of a scan, only its end is looked for. */
const JPEG: Format = {
  start: 2,
  headerBytes: 4,
  next(header) {
    const marker = header[1]!
    if (header[0] !== 0xff || marker < 0xc0 || marker === 0xff) return 'unknown'
    if (marker === 0xd9) return 'end'
    return marker === 0xda ? 'scan' : { skip: header.readUInt16BE(2) - 2 }
  },
}
const END_OF_JPEG = Buffer.from([0xff, 0xd9])

/** ISO/IEC 14496-12, 4.2. */
const MP4: Format = {
  start: 0,
  headerBytes: 8,
  endsAnywhere: true,
  next(header) {
    const size = header.readUInt32BE(0)
    if (size === 0) return 'end'
    if (size !== 1) return size < 8 ? 'unknown' : { skip: size - 8 }
    return header.byteLength < 16 ? { headerBytes: 16 } : { skip: Number(header.readBigUInt64BE(8)) - 16 }
  },
}

/** Writers that do not know their length beforehand put a number like these. */
const RIFF_STREAMED = 0x7fff_0000
/** The form counts for one part; a byte of padding may be missing. */
const RIFF: Format = {
  start: 4,
  headerBytes: 8,
  next(header) {
    const size = header.readUInt32LE(0)
    return size >= RIFF_STREAMED || size < 5 ? 'end' : { skip: size - 4 - (size % 2), isLast: true }
  },
}

const FORMATS: readonly (readonly [(magic: string) => boolean, Format])[] = [
  [magic => magic.startsWith('\x89PNG\r\n\x1a\n'), PNG],
  [magic => magic.startsWith('\xff\xd8\xff'), JPEG],
  [magic => magic.startsWith('ftyp', 4), MP4],
  [magic => /^RIFF[\s\S]{4}(?:WEBP|WAVE)/.test(magic), RIFF],
]
const MAGIC_BYTES = 12

/** Sees, while a file passes, whether it goes to its end, where its format says so: PNG, JPEG, WebP, WAV, MP4 and its kin. */
export class FileEnd {
  #format: Format | undefined
  #begun: Buffer = Buffer.alloc(0)
  #skip = 0
  #headerBytes = 0
  #isLast = false
  #state: 'magic' | 'parts' | 'scan' | 'end' | 'unknown' = 'magic'

  /** The file stopped in the middle of what it says it has. */
  get isCut(): boolean {
    if (this.#state === 'scan') return true
    if (this.#state !== 'parts') return false
    return this.#format?.endsAnywhere ? this.#skip > 0 : true
  }

  add(chunk: Uint8Array): void {
    if (this.#state === 'end' || this.#state === 'unknown') return
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, bytes.byteLength)
      this.#skip -= passed
      if (this.#skip > 0) return
      bytes = bytes.subarray(passed)
    }
    this.#begun = this.#read(Buffer.concat([this.#begun, bytes]))
  }

  /** @returns what is too short for a next step */
  #read(bytes: Buffer): Buffer {
    let rest = bytes
    for (;;) {
      if (this.#state === 'parts' && this.#skip === 0 && this.#isLast) this.#state = 'end'
      if (this.#state === 'end' || this.#state === 'unknown') return Buffer.alloc(0)
      if (this.#state === 'scan') {
        if (rest.includes(END_OF_JPEG)) this.#state = 'end'
        return Buffer.from(rest.subarray(-1))
      }
      const isMagic = this.#state === 'magic'
      const wanted = isMagic ? MAGIC_BYTES : this.#headerBytes
      if (rest.byteLength < wanted) return Buffer.from(rest)
      const passed = isMagic ? this.#recognise(rest) : this.#step(rest.subarray(0, wanted))
      rest = rest.subarray(passed)
      const skipped = Math.min(this.#skip, rest.byteLength)
      this.#skip -= skipped
      rest = rest.subarray(skipped)
      if (this.#skip > 0) return Buffer.alloc(0)
    }
  }

  #recognise(bytes: Buffer): number {
    const magic = bytes.toString('latin1', 0, MAGIC_BYTES)
    this.#format = FORMATS.find(([isOf]) => isOf(magic))?.[1]
    this.#state = this.#format === undefined ? 'unknown' : 'parts'
    this.#headerBytes = this.#format?.headerBytes ?? 0
    return this.#format?.start ?? 0
  }

  /** @returns the bytes that the header took */
  #step(header: Buffer): number {
    const { next, headerBytes } = this.#format!
    const step = next(header)
    if (typeof step === 'string') {
      this.#state = step
      return header.byteLength
    }
    if ('headerBytes' in step) {
      this.#headerBytes = step.headerBytes
      return 0
    }
    this.#headerBytes = headerBytes
    if (step.skip < 0) this.#state = 'unknown'
    else {
      this.#skip = step.skip
      this.#isLast = step.isLast === true
    }
    return header.byteLength
  }
}
