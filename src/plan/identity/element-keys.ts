/**
 * The keys of one extent of one loop: of a list of elements that became known together. An element's number is its
 * position in that list.
 */
export interface ElementKeys {
  readonly count: number
  at(position: number): string
  /** The position of the element with this key, or -1. */
  find(key: string): number
}

/** The keys of each loop that has some, by the loop's name. */
export type KeysByLoop = ReadonlyMap<string, ElementKeys>
