import type { HashColumn } from '../../model/movie/column/hash-column.js'
import type { SlotIndex } from '../../model/movie/slots.js'

/** What a movie has at a moment: the content of its artifacts as hashes, and what it has cost. */
export interface MovieSnapshot {
  readonly slots: SlotIndex
  readonly hashes: HashColumn
  /** What the last run that had started then had a place for; undefined: every artifact counts. */
  readonly shape: { has(id: string): boolean } | undefined
  /** Of all attempts, in US dollars. */
  readonly costUsd: number
  readonly costsUsd: ReadonlyMap<string, number>
  /** Attempts whose provider was called, by producer. */
  readonly calls: ReadonlyMap<string, number>
}
