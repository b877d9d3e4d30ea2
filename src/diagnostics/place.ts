/** Of a value in a blueprint, an input or a config. */
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
