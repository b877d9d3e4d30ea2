import { Bench } from 'tinybench'
import { speedRow } from '../report/row.mjs'

/**
 * A few microseconds of work against the plainest way to do the same, by tinybench: in each round both are run
 * for a while, in turn, and their median times make one pair.
 *
 * @param {object} micro
 * @param {string} micro.name
 * @param {() => unknown} micro.ours
 * @param {() => unknown} micro.theirs
 * @param {string} micro.against
 * @param {number} micro.count operations in one call
 * @param {boolean} isSmoke
 * @returns {Promise<import('../report/row.mjs').Row>}
 */
export async function measureMicro({ name, ours, theirs, against, count }, isSmoke) {
  const rounds = isSmoke ? 1 : 9
  const options = isSmoke
    ? { time: 10, iterations: 2, warmupTime: 0, warmupIterations: 1 }
    : { time: 120, iterations: 10, warmupTime: 30, warmupIterations: 3 }
  const pairs = { ours: /** @type {number[]} */ ([]), theirs: /** @type {number[]} */ ([]) }
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ ...options, throws: true })
    const sides = /** @type {const} */ (round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'])
    for (const side of sides) {
      const act = side === 'ours' ? ours : theirs
      bench.add(side, act, { async: isAsync(act) })
    }
    await bench.run()
    for (const side of sides) pairs[side].push(medianMs(bench, side))
  }
  return speedRow({ name, amount: count, against }, pairs)
}

/** tinybench would find it out by calling the function and not waiting for it. @param {() => unknown} act */
const isAsync = act => act.constructor.name === 'AsyncFunction'

/** @param {Bench} bench @param {string} name */
function medianMs(bench, name) {
  const result = bench.getTask(name)?.result
  if (result === undefined || !('latency' in result)) throw new Error(`${name} was not measured`)
  return result.latency.p50
}
