import type { Expansion } from '../../model/movie/expansion.js'

/** Keys in one line of a manifest, so that no line grows with a list. */
const KEYS_A_LINE = 4_096

/** A line of a manifest about a list, or with more keys of the list before. */
export type ListRecord = Expansion | { readonly keys: readonly string[] }

/** Lists as they stand in a manifest. */
export function* listRecords(lists: Iterable<Expansion>): Generator<ListRecord> {
  for (const list of lists) {
    const { keys } = list
    if (keys === undefined || keys.length <= KEYS_A_LINE) {
      yield list
      continue
    }
    yield { ...list, keys: keys.slice(0, KEYS_A_LINE) }
    for (let from = KEYS_A_LINE; from < keys.length; from += KEYS_A_LINE)
      yield { keys: keys.slice(from, from + KEYS_A_LINE) }
  }
}

/** Puts lists together again. */
export class ListGatherer {
  #list: Expansion | undefined
  #keys: string[] = []

  /** More keys may follow. */
  get isOpen(): boolean {
    return this.#list?.keys !== undefined
  }

  /** @returns the list before, which is whole; undefined while there is none */
  take(record: ListRecord): Expansion | undefined {
    if (!('loop' in record)) {
      for (const key of record.keys) this.#keys.push(key)
      return undefined
    }
    const before = this.end()
    this.#list = record
    this.#keys = [...(record.keys ?? [])]
    return before
  }

  /** The last list. */
  end(): Expansion | undefined {
    const list = this.#list
    this.#list = undefined
    return list?.keys === undefined ? list : { ...list, keys: this.#keys }
  }
}
