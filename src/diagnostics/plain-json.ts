import { isForbiddenKey } from '../model/json/forbidden-key.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { shown } from '../model/text/shown-value.js'
import type { Path } from './place.js'

export interface PlainJsonOptions {
  readonly nestingLimit: number
  /** Values in all, so that an object that repeats its parts is no bomb. */
  readonly valueLimit: number
  readonly report: (path: Path, message: string) => void
}

/** Ends the check of a value that is too large. */
class TooLarge extends Error {}

/**
 * The value as plain JSON data; what is not JSON is reported and reads as `null`. Members that are `undefined`
 * are left out. Parts that need no change are not copied, so that a large table costs no memory.
 * `undefined` when nothing can be said about the value at all.
 */
export function plainJson(value: unknown, path: Path, options: PlainJsonOptions): JsonValue | undefined {
  try {
    return new PlainJsonReader(path, options).read(value, 0)
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    // A getter or a proxy of the caller may throw whatever it likes.
    options.report(path, `It cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

class PlainJsonReader {
  readonly #options: PlainJsonOptions
  readonly #path: (string | number)[]
  #valueCount = 0

  constructor(path: Path, options: PlainJsonOptions) {
    this.#options = options
    this.#path = [...path]
  }

  read(value: unknown, depth: number): JsonValue {
    if (++this.#valueCount > this.#options.valueLimit)
      this.#giveUp(`There are more than ${this.#options.valueLimit} values.`)
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) ? value : this.#refuse(value)
      case 'object':
        if (value === null) return null
        if (depth >= this.#options.nestingLimit)
          this.#giveUp(
            `There are more than ${this.#options.nestingLimit} levels of nesting, or it contains itself.`,
          )
        if (Array.isArray(value)) return this.#list(value, depth + 1)
        return isPlainObject(value) ? this.#object(value, depth + 1) : this.#refuse(value)
      default:
        return this.#refuse(value)
    }
  }

  #list(list: readonly unknown[], depth: number): JsonValue {
    let copy: JsonValue[] | undefined
    for (let at = 0; at < list.length; at++) {
      this.#path.push(at)
      const item = this.read(list[at], depth)
      this.#path.pop()
      if (item !== list[at]) copy ??= list.slice(0, at) as JsonValue[]
      copy?.push(item)
    }
    return copy ?? (list as JsonValue[])
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): JsonValue {
    let copy: JsonObject | undefined
    const keys = Object.keys(object)
    for (const [at, key] of keys.entries()) {
      this.#path.push(key)
      const before = object[key]
      const value = isForbiddenKey(key) ? this.#refuseKey(key) : before
      const read = value === undefined ? undefined : this.read(value, depth)
      this.#path.pop()
      if (read !== before || read === undefined) copy ??= partOf(object, keys, at)
      if (copy && read !== undefined) copy[key] = read
    }
    return copy ?? (object as JsonObject)
  }

  #refuseKey(key: string): undefined {
    this.#options.report(this.#path, `"${key}" is not allowed as a key.`)
    return undefined
  }

  #refuse(value: unknown): null {
    const name = typeof value === 'object' ? value?.constructor?.name : undefined
    const what = name === undefined || name === 'Object' ? shown(value) : `an object of ${name}`
    this.#options.report(this.#path, `Expected JSON data, got ${what}.`)
    return null
  }

  #giveUp(message: string): never {
    this.#options.report(this.#path.slice(0, 2), message)
    throw new TooLarge()
  }
}

function partOf(object: Readonly<Record<string, unknown>>, keys: readonly string[], end: number): JsonObject {
  return Object.fromEntries(keys.slice(0, end).map(key => [key, object[key] as JsonValue]))
}

/** Made by a literal, by JSON.parse or without prototype, in any realm; no instance of a class. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
