/**
 * @throws DOMException `DataCloneError` for what is not plain data: JSON would leave it out without a word
 */
export function requirePlainData(value: unknown, depth = 0): void {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return
    case 'object':
      if (value === null) return
      if (depth > DEPTH_LIMIT) break
      for (const name in value) requirePlainData((value as Record<string, unknown>)[name], depth + 1)
      return
    default:
  }
  throw new DOMException(`A ${typeof value} cannot be sent to a host of the fleet.`, 'DataCloneError')
}

const DEPTH_LIMIT = 1_000
