import pLimit from 'p-limit'
import { sha256 } from '../../../model/sha256.js'
import type { Compaction, CompactOptions } from '../../store.js'
import { BlobPacks, type OtherBlobs } from './blob-packs.js'
import type { BlobPlace } from './blob-places.js'
import type { KnownPack } from './pack-catalogue.js'
import type { PackFolder } from './pack-folder.js'
import { blobOffset, recordBytes, recordEnd } from './pack-record.js'
import type { PackWriter } from './pack-writer.js'
import type { PackWriters } from './pack-writers.js'

/** A pack of blobs below this is worth being put together with others, when there are so many. */
export const BLOB_PACK_SMALL_COUNT = 8

const COPIES_AT_ONCE = 64
/** A pack up to this size is held as a whole while it is copied. */
const WHOLE_READ_BYTES = 40 * 1024 * 1024
const NOWHERE_ELSE: OtherBlobs = { load: async () => {}, mayHold: () => false, holds: async () => false }

interface PackUse {
  readonly pack: KnownPack
  readonly sizeBytes: number
  readonly live: { readonly hash: string; readonly place: BlobPlace }[]
  deadCount: number
}

/**
 * Deletes packs in which nothing is named any more, and writes what is left of sparse, small and unsealed ones into
 * new packs before it deletes them. To be called by whoever alone may write the movie: no run can name a blob that is
 * being deleted. At any moment every named blob is in a pack, and a reader that has lost one finds it in the next.
 */
export async function compactPacks(
  folder: PackFolder,
  writers: PackWriters,
  isNamed: (hash: string) => boolean,
  { isDryRun, beforeDelete }: CompactOptions,
): Promise<Compaction> {
  const packs = new BlobPacks(folder, writers, NOWHERE_ELSE)
  const rewriting = new Rewriting(folder, writers, packs)
  try {
    await packs.load()
    const uses = await packUses(packs, isNamed)
    const isSmall = (use: PackUse) => use.live.length > 0 && use.sizeBytes < folder.smallBytes
    const isSmallWorth = uses.filter(isSmall).length >= BLOB_PACK_SMALL_COUNT
    const worth = uses.filter(use => isWorthIt(use, isSmallWorth && isSmall(use)))
    const removed = { blobs: 0, bytes: 0 }
    for (const group of groupsOf(worth, folder.groupBytes)) {
      for (const use of isDryRun ? group : await rewriting.rewrite(group)) {
        if (!isDryRun) {
          beforeDelete()
          await folder.remove(use.pack.name)
        }
        removed.blobs += use.deadCount
        removed.bytes += use.sizeBytes - liveBytes(use)
      }
    }
    const keptBlobs = uses.reduce((sum, { live }) => sum + live.length, 0)
    return { removedBlobs: removed.blobs, removedBytes: Math.max(0, removed.bytes), keptBlobs }
  } finally {
    await rewriting.close()
    await packs.close()
  }
}

const liveBytes = ({ live }: PackUse): number =>
  live.reduce((sum, { place }) => sum + recordBytes(place.sizeBytes), 0)

function isWorthIt(use: PackUse, isSmall: boolean): boolean {
  if (use.live.length === 0 || use.pack.state !== 'sealed') return true
  return liveBytes(use) < use.sizeBytes / 2 || isSmall
}

/** Packs whose blobs go into one write. */
function* groupsOf(uses: readonly PackUse[], groupBytes: number): Generator<PackUse[]> {
  let group: PackUse[] = []
  let bytes = 0
  for (const use of uses) {
    if (group.length > 0 && bytes + liveBytes(use) > groupBytes) {
      yield group
      group = []
      bytes = 0
    }
    group.push(use)
    bytes += liveBytes(use)
  }
  if (group.length > 0) yield group
}

async function packUses(packs: BlobPacks, isNamed: (hash: string) => boolean): Promise<PackUse[]> {
  const { catalogue } = packs
  const uses: PackUse[] = []
  for (const pack of catalogue.packs) {
    const sizeBytes = await packs.open.use(pack.name, async open => open.sizeBytes())
    uses.push({ pack, sizeBytes: sizeBytes ?? 0, live: [], deadCount: 0 })
  }
  for (const [hash, place] of catalogue.places.entries()) {
    const use = uses[place.pack]!
    if (isNamed(hash) && (await isKept(packs, hash, place))) use.live.push({ hash, place })
    else use.deadCount++
  }
  return uses
}

/** Of several copies the first that is whole; all of them when none is. */
async function isKept(packs: BlobPacks, hash: string, place: BlobPlace): Promise<boolean> {
  const copies = packs.catalogue.find(hash)
  if (copies.length === 1) return true
  for (const copy of copies) {
    if (!(await isWhole(packs, hash, copy))) continue
    return copy.pack === place.pack && copy.offset === place.offset
  }
  return true
}

async function isWhole(packs: BlobPacks, hash: string, place: BlobPlace): Promise<boolean> {
  const bytes = await packs.bytesAt(place)
  return bytes !== undefined && sha256(bytes) === hash
}

class Rewriting {
  readonly #folder: PackFolder
  readonly #writers: PackWriters
  readonly #packs: BlobPacks
  readonly #limit = pLimit(COPIES_AT_ONCE)
  #writer: PackWriter | undefined

  constructor(folder: PackFolder, writers: PackWriters, packs: BlobPacks) {
    this.#folder = folder
    this.#writers = writers
    this.#packs = packs
  }

  /** Those packs of a group whose blobs are all copied; one with a damaged blob has to stay, for whoever may repair it. */
  async rewrite(group: readonly PackUse[]): Promise<PackUse[]> {
    const [only, ...others] = group
    if (only !== undefined && others.length === 0 && only.sizeBytes > WHOLE_READ_BYTES) {
      return (await this.#rewriteByBlob(only)) ? [only] : []
    }
    const sound: PackUse[] = []
    const copies: { hash: string; bytes: Buffer }[] = []
    for (const use of group) {
      const found = await this.#soundBlobs(use)
      copies.push(...found)
      if (found.length === use.live.length) sound.push(use)
    }
    if (copies.length > 0) {
      const writer = await this.#current()
      // In one turn: what is given to a writer together goes out together.
      await Promise.all(copies.map(({ hash, bytes }) => writer.append(hash, bytes)))
    }
    return sound
  }

  /** One blob after the other, since the pack is too large to be held. False when one of them is damaged. */
  async #rewriteByBlob({ live }: PackUse): Promise<boolean> {
    if (live.length === 0) return true
    const writer = await this.#current()
    const copied = await this.#limit.map(live, async ({ hash, place }) => {
      const bytes = await this.#packs.bytesAt(place)
      if (bytes === undefined || sha256(bytes) !== hash) return false
      await writer.append(hash, bytes)
      return true
    })
    return copied.every(Boolean)
  }

  /** The named blobs of a pack whose hash is right, by one read of all that lies between them. */
  async #soundBlobs({ pack, live }: PackUse): Promise<{ hash: string; bytes: Buffer }[]> {
    if (live.length === 0) return []
    const from = Math.min(...live.map(({ place }) => place.offset))
    const to = Math.max(...live.map(({ place }) => recordEnd(place)))
    const span = await this.#packs.open.use(pack.name, open => open.read(from, to))
    if (span === undefined) return []
    return live.flatMap(({ hash, place }) => {
      const at = blobOffset(place) - from
      const bytes = span.subarray(at, at + place.sizeBytes)
      return bytes.length === place.sizeBytes && sha256(bytes) === hash ? [{ hash, bytes }] : []
    })
  }

  async close(): Promise<void> {
    if (this.#writer !== undefined) await this.#writers.close(this.#writer)
  }

  /** A pack may outgrow its limit by one that is put into it. */
  async #current(): Promise<PackWriter> {
    if (this.#writer?.takesMore) return this.#writer
    await this.close()
    this.#writer = await this.#writers.open(this.#folder)
    return this.#writer
  }
}
