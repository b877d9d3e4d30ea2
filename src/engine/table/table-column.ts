import type { JsonValue } from '../../model/json.js'

/** What the cells of a column are: `integer` and `number` are numbers, `json` is any JSON. */
export type CellType = 'text' | 'integer' | 'number' | 'boolean' | 'json' | 'bytes'

/** A column of an exported table. */
export interface TableColumn {
  readonly name: string
  readonly type: CellType
  /** Lists in lists: 1 for a producer in one further loop. */
  readonly depth: number
}

/** A value as its column has it, a list of them, or nothing. */
export type Cell = JsonValue | Uint8Array | undefined | readonly Cell[]
