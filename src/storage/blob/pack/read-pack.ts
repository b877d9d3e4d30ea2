import type { ReadablePack } from './pack-folder.js'
import { decodeIndex, type IndexedRecord, indexOffsetOf, TRAILER_BYTES } from './pack-index.js'
import { recordEnd } from './pack-record.js'
import { PackWindow, scanPack } from './pack-scan.js'

export interface PackContent {
  readonly isSealed: boolean
  readonly records: readonly IndexedRecord[]
  /** Where to go on when the pack has grown. */
  readonly end: number
}

/** The records of a pack from `from` on: by its index when it is sealed, by their heads otherwise. */
export async function readPack(pack: ReadablePack, from: number): Promise<PackContent> {
  const sizeBytes = pack.sizeBytes()
  const indexed = await readIndex(pack, sizeBytes)
  if (indexed !== undefined) {
    return { isSealed: true, records: indexed.filter(({ offset }) => offset >= from), end: sizeBytes }
  }
  const records: IndexedRecord[] = []
  let end = from
  for await (const found of scanPack(new PackWindow(sizeBytes, pack.read), from)) {
    if (found.type !== 'record') continue
    records.push(found.record)
    end = recordEnd(found.record)
  }
  return { isSealed: false, records, end }
}

async function readIndex(pack: ReadablePack, sizeBytes: number): Promise<IndexedRecord[] | undefined> {
  const trailer = await pack.read(Math.max(0, sizeBytes - TRAILER_BYTES), sizeBytes)
  const offset = indexOffsetOf(trailer, sizeBytes)
  return offset === undefined ? undefined : decodeIndex(await pack.read(offset, sizeBytes), offset)
}
