import { MESSAGE_LIMIT_CHARS } from '../model/error/error.js'
import type { Mistake } from './mistake.js'
import { nearestName } from './nearest-name.js'

/** Mistakes that one error lists; the rest is counted. */
export const MISTAKE_LIMIT = 100

export type Path = readonly (string | number)[]

/** From 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What of the value at a path is meant: its key, or an offset in its text. @default the value */
export type PlaceAt = 'key' | number

/** Finds the place of a path in the source text; `undefined` where there is no text. */
export type Locate = (path: Path, at?: PlaceAt) => Position | undefined

/** Names that are compared with a misspelt one, at most; longer names are not compared. */
const CANDIDATE_LIMIT = 1_000
const CANDIDATE_LIMIT_CHARS = 200
const LISTED_NAMES = 20

/** Gathers mistakes, each with its place, so that all of them are reported at once. */
export class MistakeBook {
  readonly #mistakes: Mistake[] = []
  readonly #seen = new Set<string>()
  readonly #file: string | undefined
  #locate: Locate = () => undefined
  #count = 0

  constructor(file?: string) {
    this.#file = file
  }

  /** An empty one for the same source. */
  blank(): MistakeBook {
    const book = new MistakeBook(this.#file)
    book.#locate = this.#locate
    return book
  }

  /** From now on paths are looked up in a source text. */
  locateWith(locate: Locate): void {
    this.#locate = locate
  }

  add(path: Path, message: string, suggestion?: string, at?: PlaceAt): void {
    this.addAt(this.#isFull ? undefined : this.#locate(path, at), path, message, suggestion)
  }

  /** For what is found while the source is read, before paths can be located. */
  addAt(position: Position | undefined, path: Path, message: string, suggestion?: string): void {
    this.#count++
    if (this.#isFull) return
    const mistake: Mistake = {
      message: cut(message, MESSAGE_LIMIT_CHARS),
      path: cut(path.join('.'), MESSAGE_LIMIT_CHARS),
      ...(this.#file !== undefined && { file: this.#file }),
      ...position,
      ...(suggestion !== undefined && suggestion.length <= CANDIDATE_LIMIT_CHARS && { suggestion }),
    }
    // What an alias repeats has one place, and is one mistake.
    const key = JSON.stringify([position ?? path, message])
    if (this.#seen.has(key)) this.#count--
    else this.#mistakes.push(mistake)
    this.#seen.add(key)
  }

  /** A name that is not among those there are. */
  addUnknown(path: Path, what: string, name: string, known: Iterable<string>, at?: PlaceAt): void {
    if (this.#isFull) {
      this.#count++
      return
    }
    const names: string[] = []
    for (const candidate of known) {
      if (names.length === CANDIDATE_LIMIT) break
      if (candidate.length <= CANDIDATE_LIMIT_CHARS) names.push(candidate)
    }
    const listed = names.slice(0, LISTED_NAMES).join(', ')
    const more = names.length > LISTED_NAMES ? ', …' : '.'
    const list = names.length === 0 ? 'There are none.' : `There are: ${listed}${more}`
    const nearest = name.length > CANDIDATE_LIMIT_CHARS ? undefined : nearestName(name, names)
    this.add(path, `There is no ${what} "${shortened(name)}". ${list}`, nearest, at)
  }

  /** Mistakes in all, also those past the limit. */
  get count(): number {
    return this.#count
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** In the order of the source. */
  list(): readonly Mistake[] {
    return [...this.#mistakes].sort(
      (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
    )
  }

  get #isFull(): boolean {
    return this.#mistakes.length >= MISTAKE_LIMIT
  }
}

const SHOWN_CHARS = 60

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`
}

/** Long texts are cut in messages. */
export function shortened(text: string): string {
  return cut(text, SHOWN_CHARS)
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : shortened(String(value))
}
