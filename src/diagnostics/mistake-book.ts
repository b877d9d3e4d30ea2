import { MESSAGE_LIMIT_CHARS } from '../model/error/error.js'
import { cut } from '../model/text/shown-value.js'
import { MISTAKE_LIMIT, type Mistake } from './mistake.js'
import type { Locate, Path, PlaceAt, Position } from './place.js'
import { COMPARED_NAME_LIMIT_CHARS, unknownName } from './unknown-name.js'

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
      ...(suggestion !== undefined && suggestion.length <= COMPARED_NAME_LIMIT_CHARS && { suggestion }),
    }
    // What an alias repeats has one place, and is one mistake.
    const key = JSON.stringify([position ?? path, message])
    if (this.#seen.has(key)) this.#count--
    else this.#mistakes.push(mistake)
    this.#seen.add(key)
  }

  /**
   * A name that is not among those there are.
   * @param advice what to do when none of those there are was meant
   */
  addUnknown(
    path: Path,
    what: string,
    name: string,
    known: Iterable<string>,
    at?: PlaceAt,
    advice?: string,
  ): void {
    if (this.#isFull) {
      this.#count++
      return
    }
    const { problem, list, suggestion } = unknownName(what, name, known)
    this.add(path, [problem, list, ...(advice === undefined ? [] : [advice])].join(' '), suggestion, at)
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
