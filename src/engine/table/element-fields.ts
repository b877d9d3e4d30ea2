import { isJsonObject, type JsonValue } from '../../model/json.js'
import type { CellType, TableColumn } from './table-column.js'

/** A bit for each kind of value. */
const KIND = { text: 1, integer: 2, number: 4, boolean: 8, other: 16 } as const

/** Finds the fields of a loop's elements and what they hold, in the order in which they are first met. */
export class ElementFields {
  readonly #kinds = new Map<string, number>()
  readonly #loop: string
  #isScalar = false

  /** @param loop the name of the column for elements that are no objects */
  constructor(loop: string) {
    this.#loop = loop
  }

  add(element: JsonValue | undefined): void {
    if (element === undefined) return
    if (!isJsonObject(element)) {
      this.#isScalar = true
      this.#note(this.#loop, element)
    } else for (const name in element) this.#note(name, element[name]!)
  }

  columns(): TableColumn[] {
    return [...this.#kinds].map(([name, kinds]) => ({ name, type: typeOf(kinds), depth: 0 }))
  }

  /** The value of a field; undefined when the element has none. */
  valueOf(element: JsonValue | undefined, name: string): JsonValue | undefined {
    if (element === undefined || element === null) return undefined
    if (isJsonObject(element)) return Object.hasOwn(element, name) ? (element[name] ?? undefined) : undefined
    return this.#isScalar && name === this.#loop ? element : undefined
  }

  #note(name: string, value: JsonValue): void {
    this.#kinds.set(name, (this.#kinds.get(name) ?? 0) | kindOf(value))
  }
}

function kindOf(value: JsonValue): number {
  switch (typeof value) {
    case 'string':
      return KIND.text
    case 'number':
      return Number.isSafeInteger(value) ? KIND.integer : KIND.number
    case 'boolean':
      return KIND.boolean
    default:
      return value === null ? 0 : KIND.other
  }
}

/** Fields of several kinds are JSON; one that is always empty may be anything. */
function typeOf(kinds: number): CellType {
  switch (kinds) {
    case 0:
    case KIND.text:
      return 'text'
    case KIND.integer:
      return 'integer'
    case KIND.number:
    case KIND.number | KIND.integer:
      return 'number'
    case KIND.boolean:
      return 'boolean'
    default:
      return 'json'
  }
}
