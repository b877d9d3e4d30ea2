import type { JsonObject } from '../json.js'

/** By the name that a key had in an earlier version, the name that it has now. */
export type FormerKeys = Readonly<Record<string, string>>

/** The mapping with its keys under their present names. Where both names are there, the former one stays, as a mistake. */
export function presentKeys(mapping: JsonObject, former: FormerKeys): JsonObject {
  if (!Object.keys(former).some(key => Object.hasOwn(mapping, key))) return mapping
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => {
      const present = Object.hasOwn(former, key) ? former[key]! : key
      return [Object.hasOwn(mapping, present) ? key : present, value]
    }),
  ) as JsonObject
}
