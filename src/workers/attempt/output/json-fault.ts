import { JSON_NESTING_LIMIT } from '../../../model/value-limits.js'

/** Says what keeps `value` from being JSON, and where; undefined when nothing does. */
export function jsonFault(value: unknown, path = '', depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${value}${at(path)}`
    case 'object':
      return value === null ? undefined : containerFault(value, path, depth)
    case 'undefined':
      return `undefined${at(path)}`
    default:
      return `a ${typeof value}${at(path)}`
  }
}

function containerFault(value: object, path: string, depth: number): string | undefined {
  if (depth >= JSON_NESTING_LIMIT)
    return `more than ${JSON_NESTING_LIMIT} levels, or a value that contains itself`
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = jsonFault(value[index], `${path}[${index}]`, depth + 1)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  if (kind !== 'Object' || typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return `a ${kind === 'Object' ? (value.constructor?.name ?? kind) : kind}${at(path)}`
  }
  for (const key of Object.keys(value)) {
    const fault = jsonFault((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

const at = (path: string): string => (path === '' ? '' : ` at ${path.slice(0, 200)}`)
