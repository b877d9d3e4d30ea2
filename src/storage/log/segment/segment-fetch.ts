import pLimit from 'p-limit'
import type { MovieId } from '../../../model/id.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout } from '../../layout.js'
import { PACK_MIN_SEGMENTS, SEGMENT_READ_CONCURRENCY } from './segment.js'
import { listPacks, type PackRange, unpack } from './segment-pack.js'

export interface FetchedSegment {
  readonly number: number
  /** Undefined: it was listed, and is gone. */
  readonly bytes: Buffer | undefined
}

/** Fetches segments that follow each other, in order, some ahead; packs take the place of many at once. */
export async function* fetchSegments(
  movie: MovieId,
  files: EngineFiles,
  numbers: readonly number[],
  { usePacks }: { readonly usePacks: boolean },
): AsyncGenerator<FetchedSegment> {
  const packs = usePacks && numbers.length >= PACK_MIN_SEGMENTS ? await listPacks(movie, files) : []
  const units = unitsOf(numbers, packs)
  const limit = pLimit(SEGMENT_READ_CONCURRENCY)
  const fetched: Promise<FetchedSegment[]>[] = []
  const fetch = (at: number) => {
    const unit = units[at]
    if (unit === undefined || fetched[at] !== undefined) return
    fetched[at] = limit(() => fetchUnit(movie, files, unit))
    // Awaited later, in order; until then a failure is nobody's.
    fetched[at].catch(() => undefined)
  }
  for (let at = 0; at < units.length; at++) {
    for (let ahead = at; ahead < at + SEGMENT_READ_CONCURRENCY; ahead++) fetch(ahead)
    yield* await fetched[at]!
    delete fetched[at]
  }
}

/** Packs and single segments that cover the numbers. */
function unitsOf(numbers: readonly number[], packs: readonly PackRange[]): PackRange[] {
  const byFirst = new Map(packs.map(pack => [pack.first, pack]))
  const end = numbers.at(-1) ?? 0
  const units: PackRange[] = []
  for (let number = numbers[0] ?? 1; number <= end; ) {
    const pack = byFirst.get(number)
    const unit = pack !== undefined && pack.last <= end ? pack : { first: number, last: number }
    units.push(unit)
    number = unit.last + 1
  }
  return units
}

async function fetchUnit(movie: MovieId, files: EngineFiles, unit: PackRange): Promise<FetchedSegment[]> {
  const { first, last } = unit
  if (first < last) {
    const parts = unpack(await files.read(layout.pack(movie, first, last)), unit)
    if (parts !== undefined) return parts.map((bytes, at) => ({ number: first + at, bytes }))
  }
  const segments: FetchedSegment[] = []
  for (let number = first; number <= last; number++) {
    segments.push({ number, bytes: await files.read(layout.segment(movie, number)) })
  }
  return segments
}
