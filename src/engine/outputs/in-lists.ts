/** A row-major list as lists in lists; the value itself when it is spread over no loop. */
export function inLists(values: readonly unknown[], extents: readonly number[]): unknown {
  const [, ...inner] = extents
  if (extents.length === 0) return values[0]
  if (inner.length === 0) return values
  const length = inner.reduce((product, extent) => product * extent, 1)
  return Array.from({ length: extents[0]! }, (_, at) =>
    inLists(values.slice(at * length, (at + 1) * length), inner),
  )
}
