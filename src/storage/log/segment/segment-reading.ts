import { ShowrunnerError } from '../../../model/error/error.js'
import type { MovieId } from '../../../model/id.js'
import type { LoggedEvent } from '../../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../../model/movie/log-position.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout, segmentOf } from '../../layout.js'
import type { EventBatch, LogReadOptions } from '../../store.js'
import { WantedEvents } from '../line/wanted-events.js'
import { LogScan, type LogVisitor } from '../log-scan.js'
import { parseSegment, type Segment } from './segment.js'
import { fetchSegments } from './segment-fetch.js'

/** Damage in a segment, in the words of a finding. */
export interface SegmentDamage {
  readonly segment: number
  readonly reason: string
}

interface SegmentReadOptions {
  /** False: every segment itself is read. */
  readonly usePacks?: boolean
  readonly types?: LogReadOptions['types']
}

/**
 * A pass over the segments after a position, up to the first gap in a listing made at its beginning. The
 * segment before is read as well: the chain of hashes starts with it.
 */
export class SegmentReading {
  readonly #movie: MovieId
  readonly #files: EngineFiles
  readonly #onDamage: (damage: SegmentDamage) => void
  /** False: every segment itself is read. */
  readonly #usePacks: boolean
  readonly #wanted: WantedEvents | undefined
  #position: LogPosition
  /** Events up to this one were read before, in the middle of what comes before the first segment. */
  readonly #readBefore: number
  #lastHash: string | null = null

  /** `onDamage` may throw, which ends the pass. */
  constructor(
    movie: MovieId,
    files: EngineFiles,
    after: LogPosition,
    onDamage: (damage: SegmentDamage) => void = damage => {
      throw segmentCorrupt(movie, damage)
    },
    { usePacks = true, types }: SegmentReadOptions = {},
  ) {
    this.#usePacks = usePacks
    this.#wanted = types && new WantedEvents(types)
    this.#movie = movie
    this.#files = files
    this.#readBefore = after.offset === 0 ? after.seq : 0
    this.#position = after.offset === 0 ? LOG_START : after
    this.#onDamage = onDamage
  }

  /** After the last segment that was read. */
  get position(): LogPosition {
    return this.#position
  }

  /** Of the segment at {@link position}; null when there is none. */
  get lastHash(): string | null {
    return this.#lastHash
  }

  /** @param to where an earlier pass has been: the segments up to there are not listed again */
  async *batches(to?: LogPosition): AsyncGenerator<EventBatch> {
    const known = this.#position.offset
    const first = Math.max(1, known)
    const numbers = to ? numbersFrom(first, to.offset) : await this.#listed(first)
    if (known > 0 && numbers[0] !== known) {
      this.#onDamage({ segment: known, reason: 'it was there before, and is gone' })
    }
    for await (const { number, bytes } of fetchSegments(this.#movie, this.#files, numbers, {
      usePacks: this.#usePacks,
    })) {
      const segment = this.#take(number, bytes, number === known)
      if (segment === undefined) continue
      for await (const lines of this.#before(segment)) {
        yield* this.#scan(lines, 0)
        if (to && this.#position.seq >= to.seq) return
      }
      yield* this.#scan(segment.lines, number)
    }
  }

  /** Iterates for the sake of {@link position}. */
  async toEnd(onBatch: (batch: EventBatch) => void): Promise<void> {
    for await (const batch of this.batches()) onBatch(batch)
  }

  /** Undefined when it has no events to read. */
  #take(number: number, bytes: Buffer | undefined, isKnown: boolean): Segment | undefined {
    const segment = bytes === undefined ? 'it is gone' : parseSegment(bytes, number)
    if (typeof segment === 'string') {
      this.#onDamage({ segment: number, reason: segment })
      return undefined
    }
    if (!isKnown && this.#lastHash !== null && segment.previous !== this.#lastHash) {
      this.#onDamage({
        segment: number,
        reason: 'it carries another hash than that of the segment before it',
      })
    }
    this.#lastHash = segment.hash
    return isKnown ? undefined : segment
  }

  /** The lines of the parts that come before the first segment. */
  async *#before({ segment, nonce, before = [] }: Segment): AsyncGenerator<Buffer> {
    for (const [at, hash] of before.entries()) {
      const bytes = await this.#files.read(layout.beginning(this.#movie, nonce, at + 1))
      if (bytes !== undefined && sha256(bytes) === hash) yield bytes
      else {
        const reason = bytes === undefined ? 'is gone' : 'is not what it was made as'
        this.#onDamage({ segment, reason: `part ${at + 1} of what comes before it ${reason}` })
      }
    }
  }

  /** @param number of the segment that has been read with these lines; 0 before the first one */
  *#scan(lines: Buffer, number: number): Generator<EventBatch> {
    const events: LoggedEvent[] = []
    const readBefore = this.#readBefore
    const damage = (_offset: number, reason: string) =>
      this.#onDamage({ segment: Math.max(1, number), reason })
    const visitor: LogVisitor = {
      event(event) {
        if (event.seq > readBefore) events.push(event)
        return undefined
      },
      // An object is there whole or not at all, so nothing in one may be left out.
      leftOut: damage,
      spoiled: damage,
      damage,
    }
    const scan = new LogScan(this.#position, visitor, this.#wanted)
    scan.take(lines, 0)
    scan.end()
    for (const offset of scan.undecided) damage(offset, 'a line is cut short')
    const { seq, token } = scan.position
    this.#position = { seq, token, offset: number }
    if (seq > readBefore) yield { events, position: this.#position }
  }

  async #listed(first: number): Promise<number[]> {
    const folder = layout.segments(this.#movie)
    const after = first === 1 ? undefined : layout.segmentName(first - 1)
    const names = await this.#files.names(folder, after)
    const there = names.map(segmentOf).filter(number => number !== undefined && number >= first) as number[]
    const numbers: number[] = []
    for (const number of there.sort((a, b) => a - b)) {
      if (number !== first + numbers.length) break
      numbers.push(number)
    }
    return numbers
  }
}

/** At least the first one: what comes before it is read with it. */
const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(1, last - first + 1) }, (_, at) => first + at)

function segmentCorrupt(movie: MovieId, { segment, reason }: SegmentDamage): ShowrunnerError {
  const path = layout.segment(movie, segment)
  return new ShowrunnerError(
    'LOG_CORRUPT',
    `${path} is damaged: ${reason}. Nothing was skipped. Restore the object from a copy, or use another movie id; "verify" lists every damaged segment.`,
    { details: { path, segment, reason } },
  )
}
