import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { isForbiddenKey } from '../../model/json/forbidden-key.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { shortened } from '../../model/text/shown-value.js'
import { NESTING_LIMIT, YAML_VALUE_LIMIT } from '../blueprint-limits.js'

const YAML_ALIAS_LIMIT = 100

/** Hears about a mistake at an offset of the source. */
export type ReportAt = (offset: number, path: (string | number)[], message: string) => void

interface Anchored {
  readonly anchor?: string
}

/** Ends the reading of a file whose aliases or nesting make it too large. */
class TooLarge extends Error {}

/** The text of a plain or quoted key: `yes`, `1.0` and `on` stay as they are written. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || key.value === null || key.value === undefined) return undefined
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

/** Builds plain JSON from the nodes of a YAML document; whatever is no JSON is reported. */
export class YamlValueReader {
  readonly #report: ReportAt
  readonly #lineAt: (offset: number) => number
  /** The newest node of each anchor. */
  readonly #anchors = new Map<string, unknown>()
  readonly #path: (string | number)[] = []
  #valueCount = 0
  #aliasCount = 0

  constructor(report: ReportAt, lineAt: (offset: number) => number) {
    this.#report = report
    this.#lineAt = lineAt
  }

  /** `undefined` when the value is too large; that was reported. */
  read(node: unknown): JsonValue | undefined {
    try {
      return this.#value(node, 0)
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      return undefined
    }
  }

  #value(node: unknown, depth: number): JsonValue {
    const offset = offsetOf(node)
    if (++this.#valueCount > YAML_VALUE_LIMIT)
      this.#giveUp(offset, `There are more than ${YAML_VALUE_LIMIT} values, aliases expanded.`)
    const anchor = (node as Anchored | null)?.anchor
    if (anchor !== undefined && !isAlias(node)) this.#anchors.set(anchor, node)
    if (isScalar(node)) return this.#scalar(node, offset)
    if (isAlias(node)) return this.#alias(node, offset, depth)
    if ((isMap(node) || isSeq(node)) && depth >= NESTING_LIMIT)
      this.#giveUp(offset, `There are more than ${NESTING_LIMIT} levels of nesting.`)
    if (isMap(node)) return this.#map(node, depth + 1)
    if (isSeq(node)) return node.items.map((item, at) => this.#inside(at, () => this.#value(item, depth + 1)))
    return null
  }

  #scalar(node: Scalar, offset: number): JsonValue {
    const { value } = node
    if (value === null || value === undefined) return null
    if (typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.#report(offset, this.#path, `${shortened(node.source ?? String(value))} is not JSON.`)
      return null
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? ''))
      this.#report(
        offset,
        this.#path,
        `${shortened(node.source ?? '')} is too large to be kept exactly as a number. Write it as text, in quotes.`,
      )
    return Object.is(value, -0) ? 0 : value
  }

  #alias(node: Alias, offset: number, depth: number): JsonValue {
    if (++this.#aliasCount > YAML_ALIAS_LIMIT)
      this.#giveUp(offset, `There are more than ${YAML_ALIAS_LIMIT} aliases, counted each time one is read.`)
    const target = this.#anchors.get(node.source)
    if (target !== undefined) return this.#value(target, depth)
    this.#report(offset, this.#path, `The alias *${shortened(node.source)} has no anchor before it.`)
    return null
  }

  #map(node: YAMLMap, depth: number): JsonObject {
    const object: JsonObject = {}
    const offsets = new Map<string, number>()
    for (const pair of node.items) {
      const offset = offsetOf(pair.key)
      const key = this.#key(pair, offset, offsetOf(node))
      if (key === undefined) continue
      const first = offsets.get(key)
      if (first !== undefined) {
        this.#report(
          offset,
          [...this.#path, key],
          `The key "${shortened(key)}" appears twice, first in line ${this.#lineAt(first)}.`,
        )
        continue
      }
      offsets.set(key, offset)
      object[key] = this.#inside(key, () => this.#value(pair.value, depth))
    }
    return object
  }

  #key(pair: Pair, offset: number, mapOffset: number): string | undefined {
    const key = keyText(pair.key)
    if (key === undefined) this.#report(offset || mapOffset, this.#path, 'A key must be a plain name.')
    else if (isForbiddenKey(key))
      this.#report(offset, [...this.#path, key], `"${key}" is not allowed as a key.`)
    else {
      const anchor = (pair.key as Anchored).anchor
      if (anchor !== undefined) this.#anchors.set(anchor, pair.key)
      return key
    }
    return undefined
  }

  #inside(step: string | number, read: () => JsonValue): JsonValue {
    this.#path.push(step)
    const value = read()
    this.#path.pop()
    return value
  }

  #giveUp(offset: number, message: string): never {
    this.#report(offset, [], message)
    throw new TooLarge()
  }
}

/** Offset of a node's first character; 0 for nothing. */
export function offsetOf(node: unknown): number {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0] ?? 0
}
