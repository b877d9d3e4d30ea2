/** Where an element of a loop stands in an input, such as the row of a table, header not counted. */
export interface RowPlace {
  /** `rows`, or `book.pages` for a list inside an input. */
  readonly input: string
  /** From 1. */
  readonly row: number
}
