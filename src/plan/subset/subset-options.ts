/** Elements of a loop: so many of the outermost one, or of the one that is named. */
export type ElementCount = number | Readonly<Record<string, number>>

/** Which elements of a loop a run is to make. */
export interface SubsetOptions {
  /** The first elements of a loop: `20`, or `{ row: 20 }`. What they make counts in the full run. */
  readonly first?: ElementCount | undefined
  /** So many elements by chance, the same ones for the same `seed`. */
  readonly sample?: ElementCount | undefined
  /** Of `sample`. @default 1 */
  readonly seed?: number | string | undefined
}
