/** Clock and randomness of one turn of the loop, handed in. */
export interface Moment {
  readonly timestamp: string
  /** On a clock that never goes back. */
  readonly nowMs: number
  /** In [0, 1). */
  random(): number
}
