/** Of a column that has to reach a slot: half as long again, at least. */
export const grownLength = (current: number, needed: number): number =>
  Math.max(needed, current + (current >> 1), 1024)
