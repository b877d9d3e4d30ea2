/**
 * How many of `count` new jobs each thread gets, so that their loads end up as even as they can.
 * `loads` are the jobs each one has now; among equals the earlier comes first.
 */
export function jobShares(loads: readonly number[], count: number): number[] {
  const total = loads.reduce((sum, load) => sum + load, count)
  const level = Math.ceil(total / loads.length)
  const order = loads.map((_, index) => index).sort((a, b) => loads[a]! - loads[b]!)
  const shares = loads.map(() => 0)
  let left = count
  for (const index of order) {
    const share = Math.min(left, Math.max(0, level - loads[index]!))
    shares[index] = share
    left -= share
  }
  return shares
}
