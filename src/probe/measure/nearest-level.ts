/** The level with the most similar number of calls at once; undefined of none. */
export function nearestLevel<Level extends { readonly concurrency: number }>(
  levels: readonly Level[],
  concurrency: number,
): Level | undefined {
  const distance = (level: Level) => Math.abs(level.concurrency - concurrency)
  return [...levels].sort((a, b) => distance(a) - distance(b))[0]
}
