/** Positions in row-major order, the last loop turning fastest, and the indices that they stand for. */

/** How far apart neighbours of each loop are. */
export function stridesOf(extents: readonly number[]): number[] {
  const strides = new Array<number>(extents.length)
  let stride = 1
  for (let dimension = extents.length - 1; dimension >= 0; dimension--) {
    strides[dimension] = stride
    stride *= extents[dimension]!
  }
  return strides
}

export const productOf = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1)

/** The indices that a row-major position stands for. */
export function indicesOf(position: number, extents: readonly number[]): number[] {
  const indices = new Array<number>(extents.length)
  for (let dimension = extents.length - 1; dimension >= 0; dimension--) {
    const extent = extents[dimension]!
    indices[dimension] = position % extent
    position = Math.floor(position / extent)
  }
  return indices
}
