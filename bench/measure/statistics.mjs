/**
 * A median with the interval in which, by resampling, 95 % of the medians fall.
 *
 * @typedef {object} Estimate
 * @property {number} median
 * @property {number} low
 * @property {number} high
 * @property {readonly number[]} samples
 */

const RESAMPLES = 2_000
/** Below this many samples an interval says nothing. */
export const LEAST_SAMPLES = 3

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** @param {readonly number[]} samples @returns {Estimate} */
export function estimate(samples) {
  const [low, high] = interval(random => median(resample(samples, random)))
  return { median: median(samples), low, high, samples }
}

/**
 * The ratio of two independent medians: of a later result to an earlier one.
 *
 * @param {readonly number[]} later @param {readonly number[]} earlier @returns {Omit<Estimate, 'samples'>}
 */
export function ratioOfMedians(later, earlier) {
  const [low, high] = interval(random => median(resample(later, random)) / median(resample(earlier, random)))
  return { median: median(later) / median(earlier), low, high }
}

/** @param {(random: () => number) => number} draw */
function interval(draw) {
  const random = seededRandom()
  const drawn = Array.from({ length: RESAMPLES }, () => draw(random)).sort((a, b) => a - b)
  return [drawn[Math.floor(RESAMPLES * 0.025)], drawn[Math.ceil(RESAMPLES * 0.975) - 1]]
}

/** @param {readonly number[]} samples @param {() => number} random */
const resample = (samples, random) => samples.map(() => samples[Math.floor(random() * samples.length)])

/** The same samples give the same interval, whoever computes it (mulberry32). */
function seededRandom() {
  let state = 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
