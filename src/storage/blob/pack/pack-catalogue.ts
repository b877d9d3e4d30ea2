import { type BlobPlace, BlobPlaces } from './blob-places.js'
import type { OpenPacks } from './open-packs.js'
import type { PackFolder, ReadablePack } from './pack-folder.js'
import { decodeIndex, type IndexedRecord, indexOffsetOf, TRAILER_BYTES } from './pack-index.js'
import { recordEnd } from './pack-record.js'
import { PackWindow, scanPack } from './pack-scan.js'

export interface KnownPack {
  readonly number: number
  readonly name: string
  /** `own`: this process writes it; `open`: somebody else may; `gone`: it was deleted. */
  state: 'own' | 'open' | 'sealed' | 'gone'
  /** What was found in it lies before this. */
  end: number
  /** What is durable lies before this. */
  durableEnd: number
}

interface PackContent {
  readonly isSealed: boolean
  readonly records: readonly IndexedRecord[]
  /** Where to go on when the pack has grown. */
  readonly end: number
}

/** Which packs there are, and what is in them, as far as this process has looked. */
export class PackCatalogue {
  readonly places: BlobPlaces = new BlobPlaces()
  readonly #folder: PackFolder
  readonly #open: OpenPacks
  readonly #packs: KnownPack[] = []
  readonly #byName = new Map<string, KnownPack>()
  #refreshing: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(folder: PackFolder, open: OpenPacks) {
    this.#folder = folder
    this.#open = open
  }

  get packs(): readonly KnownPack[] {
    return this.#packs
  }

  packOf({ pack }: BlobPlace): KnownPack {
    return this.#packs[pack]!
  }

  /** Copies of a blob that are there, the newest first. */
  find(hash: string): BlobPlace[] {
    const places = this.places.find(hash)
    return places.length === 0 ? places : places.filter(place => this.packOf(place).state !== 'gone')
  }

  /** A pack that this process has begun. */
  addOwn(name: string): KnownPack {
    const pack = this.#byName.get(name) ?? this.#add(name, 'own')
    pack.state = 'own'
    return pack
  }

  /** Looks at what has come and grown since. A call sees everything that was durable when it was made. */
  refresh(): Promise<void> {
    if (this.#refreshing === undefined) return this.#startRefresh()
    // The look that is under way may have passed what the caller wants to see.
    this.#next ??= this.#refreshing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#startRefresh()
      })
    return this.#next
  }

  #startRefresh(): Promise<void> {
    const refreshing = this.#refresh().finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined
    })
    this.#refreshing = refreshing
    return refreshing
  }

  async #refresh(): Promise<void> {
    const names = await this.#folder.names()
    const present = new Set(names)
    for (const pack of this.#packs) {
      const isToCome = pack.state === 'own' && pack.durableEnd === 0
      if (!present.has(pack.name) && !isToCome) this.forget(pack)
    }
    const wanted = names.filter(name => {
      const state = this.#byName.get(name)?.state
      return state === undefined || state === 'open'
    })
    // In their order, so that of two copies the one that was written later is found first.
    for (let at = 0; at < wanted.length; at += this.#folder.readsAtOnce) {
      const group = wanted.slice(at, at + this.#folder.readsAtOnce)
      const contents = await Promise.all(group.map(name => this.#contentOf(name)))
      for (const [index, content] of contents.entries()) if (content) this.#take(group[index]!, content)
    }
  }

  /** Its file has been deleted; what is in it is not found any more. */
  forget(pack: KnownPack): void {
    pack.state = 'gone'
    this.#byName.delete(pack.name)
  }

  async #contentOf(name: string): Promise<PackContent | undefined> {
    const from = this.#byName.get(name)?.end ?? 0
    return await this.#open.use(name, async open =>
      open.sizeBytes() === from ? undefined : await readPack(open, from),
    )
  }

  #take(name: string, { isSealed, records, end }: PackContent): void {
    const pack = this.#byName.get(name) ?? this.#add(name, 'open')
    // This process has just begun it, and knows better.
    if (pack.state === 'own') return
    for (const { hash, offset, sizeBytes } of records) {
      this.places.add(hash, { pack: pack.number, offset, sizeBytes })
    }
    pack.end = end
    if (isSealed) pack.state = 'sealed'
  }

  #add(name: string, state: KnownPack['state']): KnownPack {
    const pack: KnownPack = { number: this.#packs.length, name, state, end: 0, durableEnd: 0 }
    this.#packs.push(pack)
    this.#byName.set(name, pack)
    return pack
  }
}

/** The records of a pack from `from` on: by its index when it is sealed, by their heads otherwise. */
async function readPack(pack: ReadablePack, from: number): Promise<PackContent> {
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
