/**
 * Milliseconds of both sides; those at one index were measured one after the other.
 *
 * @typedef {object} Pairs
 * @property {number[]} ours
 * @property {number[]} theirs
 */

/**
 * Measures two sides in turn: A B, B A, A B … so that a machine that becomes slower, or neighbours that come and
 * go, meet both alike. Each side gives its own milliseconds, so that it can prepare without being timed.
 *
 * @param {number} count
 * @param {{ ours: (pair: number) => Promise<number>, theirs: (pair: number) => Promise<number>, isWarm?: boolean }} sides
 * @returns {Promise<Pairs>}
 */
export async function measurePairs(count, { ours, theirs, isWarm = false }) {
  if (!isWarm) {
    await theirs(-1)
    await ours(-1)
  }
  /** @type {Pairs} */
  const pairs = { ours: [], theirs: [] }
  for (let pair = 0; pair < count; pair++) {
    if (pair % 2 === 0) pairs.ours.push(await ours(pair))
    pairs.theirs.push(await theirs(pair))
    if (pair % 2 === 1) pairs.ours.push(await ours(pair))
  }
  return pairs
}

/** @param {() => unknown} act @returns {Promise<number>} milliseconds */
export async function timed(act) {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}
