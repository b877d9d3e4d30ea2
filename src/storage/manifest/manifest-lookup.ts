import type { ArtifactId } from '../../model/id.js'
import type { JsonObject } from '../../model/json.js'
import { currentArtifactRecord } from '../../model/movie/current-names.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ArtifactRecord, ManifestHeader } from '../../model/movie/manifest.js'
import type { ManifestLookup } from '../store.js'
import { ListGatherer, type ListRecord } from './list-records.js'
import {
  type ManifestIdentity,
  manifestCorrupt,
  parseRecord,
  type ReadHeader,
  readHeader,
} from './manifest-header.js'
import { ARTIFACTS_AFTER_LISTS_LINE, ARTIFACTS_LINE, LISTS_LINE } from './manifest-text.js'

/** Bytes in `[from, to)` of a manifest, or up to its end. */
export type ReadRange = (from: number, to: number) => Promise<Buffer>

/** Read at a time: a range that small is not divided any more, since another request costs as much as reading it. */
const WINDOW_BYTES = 64 * 1024
const NEWLINE = 0x0a
const ID = /^\{"artifactId":("(?:[^"\\]|\\.)*")/

/** @throws `MANIFEST_CORRUPT` */
export async function openLookup(
  source: ManifestIdentity & { readonly sizeBytes: number },
  read: ReadRange,
): Promise<ManifestLookup> {
  let head = Buffer.alloc(0)
  let end = -1
  while (end === -1 && head.length < source.sizeBytes) {
    head = Buffer.concat([head, await read(head.length, head.length + WINDOW_BYTES)])
    end = head.indexOf(NEWLINE)
  }
  if (end === -1) throw manifestCorrupt(source, 1, 'the file ends too early')
  return new BisectedManifest(readHeader(source, head.toString('utf8', 0, end)), source, end + 1, read)
}

/**
 * Finds single artifacts in a manifest by bisection, without reading the rest: its artifacts stand in the order of
 * their plan, one a line, and a line begins with its id. What it reads is not checked against the manifest's seal;
 * a record's own hash tells whether its value is the one that was recorded.
 */
class BisectedManifest implements ManifestLookup {
  readonly header: ManifestHeader
  readonly #olderLists: readonly Expansion[]
  readonly #source: ManifestIdentity
  readonly #sizeBytes: number
  readonly #start: number
  readonly #read: ReadRange

  /** @param start of the line after the header's */
  constructor(
    { header, lists }: ReadHeader,
    source: ManifestIdentity & { readonly sizeBytes: number },
    start: number,
    read: ReadRange,
  ) {
    this.header = header
    this.#olderLists = lists
    this.#source = source
    this.#sizeBytes = source.sizeBytes
    this.#start = start
    this.#read = read
  }

  async *lists(): AsyncGenerator<Expansion> {
    yield* this.#olderLists
    if (this.header.version < 3) return
    const gathered = new ListGatherer()
    for await (const line of this.#lines(this.#start)) {
      if (line === ARTIFACTS_LINE || line === ARTIFACTS_AFTER_LISTS_LINE) break
      if (line === LISTS_LINE) continue
      const list = gathered.take(this.#parse(line) as unknown as ListRecord)
      if (list !== undefined) yield list
    }
    const last = gathered.end()
    if (last !== undefined) yield last
  }

  async find(
    slotOf: (id: ArtifactId) => number | undefined,
    first: number,
    last: number,
  ): Promise<readonly ArtifactRecord[]> {
    let low = this.#start
    let high = this.#sizeBytes
    while (high - low > WINDOW_BYTES) {
      const middle = Math.floor((low + high) / 2)
      const line = await this.#lineAfter(middle, high)
      if (line === undefined || slotIn(line.text, slotOf) > first) high = middle
      else low = line.offset
    }
    return await this.#scan(low, slotOf, first, last)
  }

  async search(wanted: ReadonlySet<string>): Promise<readonly ArtifactRecord[]> {
    const found: ArtifactRecord[] = []
    for await (const line of this.#lines(this.#start)) {
      if (isBeforeArtifacts(line)) continue
      const id = idIn(line)
      if (id === undefined) break
      if (wanted.has(id)) found.push(this.#recordIn(line))
    }
    return found
  }

  #recordIn(line: string): ArtifactRecord {
    return currentArtifactRecord(this.#parse(line)) as unknown as ArtifactRecord
  }

  #parse(line: string): JsonObject {
    // Nobody counts the lines that were jumped over.
    return parseRecord(this.#source, 0, line.endsWith(',') ? line.slice(0, -1) : line)
  }

  async #scan(
    from: number,
    slotOf: (id: ArtifactId) => number | undefined,
    first: number,
    last: number,
  ): Promise<readonly ArtifactRecord[]> {
    const found: ArtifactRecord[] = []
    for await (const line of this.#lines(from)) {
      const slot = slotIn(line, slotOf)
      if (slot > last) break
      if (slot >= first) found.push(this.#recordIn(line))
    }
    return found
  }

  /** The beginning of the first line that starts after `from` and before `to`. */
  async #lineAfter(from: number, to: number): Promise<{ offset: number; text: string } | undefined> {
    for (let at = from; at < to; at += WINDOW_BYTES) {
      const bytes = await this.#read(at, Math.min(at + WINDOW_BYTES, this.#sizeBytes))
      const newline = bytes.indexOf(NEWLINE)
      if (newline === -1) continue
      const offset = at + newline + 1
      if (offset >= to) return undefined
      // An id that does not fit in what is left of the window is read whole.
      const isCut = bytes.indexOf(NEWLINE, newline + 1) === -1
      const line = isCut
        ? await this.#read(offset, Math.min(offset + WINDOW_BYTES, this.#sizeBytes))
        : bytes.subarray(newline + 1)
      return { offset, text: line.toString('utf8') }
    }
    return undefined
  }

  async *#lines(from: number): AsyncGenerator<string> {
    let carried: Buffer[] = []
    for (let at = from; at < this.#sizeBytes; at += WINDOW_BYTES) {
      const bytes = await this.#read(at, Math.min(at + WINDOW_BYTES, this.#sizeBytes))
      let start = 0
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        yield Buffer.concat([...carried, bytes.subarray(start, end)]).toString('utf8')
        carried = []
        start = end + 1
      }
      carried.push(bytes.subarray(start))
    }
  }
}

/** An id with a quoted key has escapes. */
function idIn(line: string): string | undefined {
  const text = ID.exec(line)?.[1]
  if (text === undefined) return undefined
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1)
}

const OF_LISTS = ['{"loop":', '{"keys":', LISTS_LINE, ARTIFACTS_LINE, ARTIFACTS_AFTER_LISTS_LINE]

const isBeforeArtifacts = (line: string): boolean => OF_LISTS.some(start => line.startsWith(start))

/**
 * Lines that stand after the artifacts, and artifacts that the plan does not have, come after all others. A bisection
 * may have read the beginning of a line only.
 */
function slotIn(line: string, slotOf: (id: ArtifactId) => number | undefined): number {
  if (isBeforeArtifacts(line)) return -1
  const id = idIn(line)
  return (id === undefined ? undefined : slotOf(id as ArtifactId)) ?? Number.POSITIVE_INFINITY
}
