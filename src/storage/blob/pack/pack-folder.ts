import type { PackWriter } from './pack-writer.js'

/** Bytes of a file in `[from, to)`, fewer where it ends before. */
export type ReadBytes = (from: number, to: number) => Promise<Buffer>

/** A pack that is open for reading. */
export interface ReadablePack {
  /** @throws PackGoneError when it has been deleted */
  readonly read: ReadBytes
  sizeBytes(): number
  /** Its name was taken away: a new version of what is in it is elsewhere. */
  isDeleted(): boolean
  /** Makes durable what is in it. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** The pack was there a moment ago. */
export class PackGoneError extends Error {}

/** Where the packs of a movie are, and what suits that place. */
export interface PackFolder {
  /** False: what is written survives the end of the process only. */
  readonly isDurable: boolean
  /** Whether to look for bytes in the packs of others before they are stored; otherwise they may be stored twice. */
  readonly looksFirst: boolean
  readonly readsAtOnce: number
  /** Packs smaller than this are put together. */
  readonly smallBytes: number
  /** How much of them at once. 0: each pack by itself, into one that grows. */
  readonly groupBytes: number
  /** Path in the store. */
  pathOf(name: string): string
  /** In order of their age; other files are left alone. */
  names(): Promise<string[]>
  /** Undefined when there is no such pack. */
  open(name: string): Promise<ReadablePack | undefined>
  create(): Promise<PackWriter>
  /** Makes sure that a name somebody else has made stays after a power loss. */
  settle(name: string): Promise<void>
  remove(name: string): Promise<void>
}
