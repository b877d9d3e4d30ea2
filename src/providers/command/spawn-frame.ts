/**
 * What a thread and its spawner say to each other, over the spawner's standard input and output: frames of a
 * length, a type, the number of a program, and bytes.
 */
export const FRAME = {
  /** To the spawner: JSON of a {@link SpawnRequest}. */
  start: 1,
  /** To the spawner: more of the program's standard input. */
  input: 2,
  /** To the spawner: that was all of it. */
  inputEnd: 3,
  /** To the spawner: so many bytes of the output were taken, as a uint32. */
  taken: 4,
  /** To the spawner: ends the group, first politely. Nobody reads the output any more. */
  end: 5,
  /** To the spawner: ends the group at once. Nobody reads the output any more. */
  kill: 6,
  /** From the spawner: the process id, as a uint32. */
  started: 11,
  /** From the spawner: the program takes more input. */
  inputWanted: 12,
  /** From the spawner: some of its standard output. */
  output: 13,
  /** From the spawner, the last one of a program: JSON of a {@link ProgramEnd}. */
  ended: 14,
  /** From the spawner, the last one of a program that never ran: JSON of a {@link StartFailure}. */
  failed: 15,
} as const

export interface SpawnRequest {
  readonly command: string
  readonly args: readonly string[]
  /** Undefined: an empty folder that the spawner lends. */
  readonly cwd?: string
  readonly env: Readonly<Record<string, string>>
  readonly hasInput: boolean
  readonly hasOutput: boolean
}

export interface ProgramEnd {
  readonly exitCode: number | null
  readonly exitSignal: NodeJS.Signals | null
  /** The end of standard error. */
  readonly stderr: string
  /** A process outside the program's group still held its standard output, which was closed. */
  readonly isCut: boolean
}

export interface StartFailure {
  readonly code: string | undefined
  readonly syscall?: string | undefined
  readonly message: string
}

const HEADER_BYTES = 9

export function encodeFrame(type: number, program: number, payload: Uint8Array | string = ''): Buffer {
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
  const frame = Buffer.allocUnsafe(HEADER_BYTES + size)
  frame.writeUInt32LE(size, 0)
  frame.writeUInt8(type, 4)
  frame.writeUInt32LE(program, 5)
  if (typeof payload === 'string') frame.write(payload, HEADER_BYTES)
  else frame.set(payload, HEADER_BYTES)
  return frame
}

export type OnFrame = (type: number, program: number, payload: Buffer) => void

/** Cuts a stream of bytes into frames. A payload may be a view of what was fed: copy it to keep it. */
export class FrameReader {
  readonly #onFrame: OnFrame
  #chunks: Buffer[] = []
  #sizeBytes = 0
  #neededBytes = HEADER_BYTES

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  feed(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#sizeBytes += chunk.byteLength
    if (this.#sizeBytes < this.#neededBytes) return
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    this.#neededBytes = HEADER_BYTES
    while (bytes.byteLength >= HEADER_BYTES) {
      const end = HEADER_BYTES + bytes.readUInt32LE(0)
      if (bytes.byteLength < end) {
        this.#neededBytes = end
        break
      }
      this.#onFrame(bytes.readUInt8(4), bytes.readUInt32LE(5), bytes.subarray(HEADER_BYTES, end))
      bytes = bytes.subarray(end)
    }
    this.#chunks = bytes.byteLength === 0 ? [] : [bytes]
    this.#sizeBytes = bytes.byteLength
  }
}
