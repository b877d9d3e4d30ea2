import { IdNumbers } from '../../model/movie/id-numbers.js'
import type { ElementKeys } from './element-keys.js'

/** Keys as they are read, a million in little memory. */
export class KeyTable implements ElementKeys {
  readonly #keys = new IdNumbers<string>()

  get count(): number {
    return this.#keys.count
  }

  /** Appends the key of the next element. @returns the position of the element that has it already, or -1 */
  add(key: string): number {
    const before = this.#keys.count
    const position = this.#keys.numberOf(key)
    return position === before ? -1 : position
  }

  at(position: number): string {
    return this.#keys.at(position)
  }

  /** The position of the element with this key, or -1. */
  find(key: string): number {
    return this.#keys.find(key)
  }
}
