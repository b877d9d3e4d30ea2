import type { z } from 'zod'
import { expectedBy } from '../model/error/expected-by.js'
import { isJsonObject, type JsonObject } from '../model/json.js'
import { shown } from '../model/text/shown-value.js'
import type { MistakeBook } from './mistake-book.js'
import type { Path } from './place.js'

/**
 * What a key may be. Of a key that may be absent, a function that makes the schema, called when there is a value: making
 * hundreds of schemas that nothing is compared with would take a tenth of the time of a short command.
 */
type KeySchema = z.ZodType | (() => z.ZodType)
type OutputOf<Schema> = Schema extends () => infer Made ? z.output<Made> : z.output<Schema>
type Shape = Readonly<Record<string, unknown>>

/** The value when it is a mapping; a mistake otherwise. */
export function readMapping(book: MistakeBook, value: unknown, path: Path): JsonObject | undefined {
  if (isJsonObject(value)) return value
  book.add(path, `Expected a mapping, got ${shown(value)}.`)
  return undefined
}

/** Reports the keys of a mapping that its schema does not have. */
export function checkKeys(book: MistakeBook, mapping: JsonObject, path: Path, shape: Shape): void {
  const known = Object.keys(shape)
  for (const key of Object.keys(mapping))
    if (!known.includes(key)) book.addUnknown([...path, key], 'key', key, known, 'key')
}

/**
 * One key of a mapping, checked by its own part of the schema, so that a mistake in one key does not hide
 * those in others. `undefined` when it is absent or was reported.
 */
export function readKey<Schema extends KeySchema>(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  key: string,
  schema: Schema,
): OutputOf<Schema> | undefined {
  const value = mapping[key]
  if (value === undefined && typeof schema === 'function') return undefined
  const parsed = (typeof schema === 'function' ? schema() : (schema as z.ZodType)).safeParse(value)
  if (parsed.success) return parsed.data as OutputOf<Schema>
  if (value === undefined) {
    book.add(path, `"${key}" is missing. ${expectedBy(parsed.error.issues[0]!)}.`, undefined, 'key')
    return undefined
  }
  for (const issue of parsed.error.issues) {
    const inner = issue.path as Path
    const got = inner.reduce<unknown>((at, step) => (at as JsonObject)[step as string], value)
    addIssue(book, [...path, key, ...inner], issue, got)
  }
  return undefined
}

export type ShapeOutput<Of extends Readonly<Record<string, KeySchema>>> = {
  readonly [Key in keyof Of]?: OutputOf<Of[Key]> | undefined
}

/** A mapping of known keys, each checked by its own schema. What is absent or was reported has no value. */
export function readShape<Of extends Readonly<Record<string, KeySchema>>>(
  book: MistakeBook,
  value: unknown,
  path: Path,
  shape: Of,
): ShapeOutput<Of> {
  const mapping = readMapping(book, value, path)
  if (mapping === undefined) return {}
  checkKeys(book, mapping, path, shape)
  const entries = Object.entries(shape).map(([key, schema]) => [
    key,
    readKey(book, mapping, path, key, schema),
  ])
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined)) as ShapeOutput<Of>
}

function addIssue(book: MistakeBook, path: Path, issue: z.core.$ZodIssue, value: unknown): void {
  if (issue.code === 'invalid_value' && typeof value === 'string')
    book.addUnknown(path, 'type', value, issue.values.map(String))
  else book.add(path, `${expectedBy(issue)}, got ${shown(value)}.`)
}
