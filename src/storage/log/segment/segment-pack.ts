import pLimit from 'p-limit'
import type { MovieId } from '../../../model/id.js'
import { isJsonObject } from '../../../model/json.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout, packOf } from '../../layout.js'
import { PACK_MIN_SEGMENTS, parseSegment, SEGMENT_READ_CONCURRENCY } from './segment.js'

/** A pack is full with this many bytes; a reader keeps several in memory. */
const PACK_LIMIT_BYTES = 2 * 1024 * 1024

/** A pack: segments `first` to `last`, byte for byte, in one object. */
export interface PackRange {
  readonly first: number
  readonly last: number
}

const NEWLINE = 0x0a

/** The packs there are, in order, each after the one before. */
export async function listPacks(movie: MovieId, files: EngineFiles): Promise<PackRange[]> {
  const ranges = (await files.names(layout.packs(movie))).map(packOf).filter(range => range !== undefined)
  ranges.sort((a, b) => a.first - b.first || b.last - a.last)
  const packs: PackRange[] = []
  for (const range of ranges) if (range.first > (packs.at(-1)?.last ?? 0)) packs.push(range)
  return packs
}

/**
 * Puts segments after the last pack together, as long as they fill one. The segments stay: a name that was free
 * again could be taken by a writer that was stopped long ago. Returns how many were packed.
 * @param segments numbers of all segments, from 1 without a gap
 */
export async function packSegments(movie: MovieId, files: EngineFiles, segments: number): Promise<number> {
  let next = ((await listPacks(movie, files)).at(-1)?.last ?? 0) + 1
  let packed = 0
  const limit = pLimit(SEGMENT_READ_CONCURRENCY)
  while (segments - next + 1 >= PACK_MIN_SEGMENTS) {
    const parts: Buffer[] = []
    let sizeBytes = 0
    while (next + parts.length <= segments && sizeBytes < PACK_LIMIT_BYTES) {
      const from = next + parts.length
      const numbers = Array.from(
        { length: Math.min(PACK_MIN_SEGMENTS, segments - from + 1) },
        (_, at) => from + at,
      )
      const read = await limit.map(numbers, number => files.read(layout.segment(movie, number)))
      for (const bytes of read) {
        if (bytes === undefined) return packed
        parts.push(bytes)
        sizeBytes += bytes.length
      }
    }
    const range = { first: next, last: next + parts.length - 1 }
    const bytes = packBytes(range, parts)
    // What does not hold together is not put together: its damage is for "verify" to tell.
    if (unpack(bytes, range) === undefined) return packed
    await files.create(layout.pack(movie, range.first, range.last), bytes)
    packed += parts.length
    next = range.last + 1
  }
  return packed
}

function packBytes({ first, last }: PackRange, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = { pack: [first, last], sha256: sha256(body), sizes: parts.map(part => part.length) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

/** The segments in a pack; undefined when it is damaged, and the segments themselves must be read. */
export function unpack(bytes: Buffer | undefined, { first, last }: PackRange): Buffer[] | undefined {
  if (bytes === undefined) return undefined
  const body = bytes.subarray(bytes.indexOf(NEWLINE) + 1)
  const head = headOf(bytes)
  if (head?.sizes.length !== last - first + 1 || head.sha256 !== sha256(body)) return undefined
  const parts: Buffer[] = []
  let at = 0
  let hash: string | undefined
  for (const [index, size] of head.sizes.entries()) {
    const segment = parseSegment(body.subarray(at, at + size), first + index)
    if (typeof segment === 'string' || (hash !== undefined && segment.previous !== hash)) return undefined
    hash = segment.hash
    parts.push(body.subarray(at, at + size))
    at += size
  }
  return at === body.length ? parts : undefined
}

function headOf(bytes: Buffer): { readonly sha256: unknown; readonly sizes: readonly number[] } | undefined {
  try {
    const head: unknown = JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(NEWLINE)))
    if (!isJsonObject(head) || !Array.isArray(head.sizes)) return undefined
    const sizes = head.sizes.map(Number)
    return sizes.every(size => Number.isSafeInteger(size) && size > 0)
      ? { sha256: head.sha256, sizes }
      : undefined
  } catch {
    return undefined
  }
}
