import type { EventType } from '../../../model/movie/event.js'
import { EVENT_TYPES } from '../../../model/movie/event-subject.js'

const TYPE_KEY = Buffer.from('"type":"')
/** Decides which lines count, so that it is read whoever asks. */
const OPENED: EventType = 'writer.opened'

/** Types of events that a reader asks for, compared in the bytes of a line: of the others no text is made. */
export class WantedEvents {
  readonly #types: ReadonlySet<EventType>
  /** What follows {@link TYPE_KEY} in lines that nobody has to parse. */
  readonly #others: readonly Buffer[]

  constructor(types: readonly EventType[]) {
    this.#types = new Set(types)
    const others = EVENT_TYPES.filter(type => type !== OPENED && !this.#types.has(type))
    this.#others = others.map(type => Buffer.from(`${type}"`))
  }

  includes(type: EventType): boolean {
    return this.#types.has(type)
  }

  /**
   * False for a line that need not be parsed. True as well for one whose type is unknown, or does not come first.
   * @param at where the first member of the event begins
   */
  mayBeAt(bytes: Buffer, at: number): boolean {
    if (!isAt(bytes, at, TYPE_KEY)) return true
    for (const type of this.#others) if (isAt(bytes, at + TYPE_KEY.length, type)) return false
    return true
  }
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}
