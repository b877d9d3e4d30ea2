import { fileURLToPath } from 'node:url'
import { measurePairs } from '../../measure/measure.mjs'
import { timeRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'

const QUICK_MS = 20
const SLOW_MS = 400

/** Three layers in which a few jobs take 20 times as long: waiting for a whole layer, or only for what one needs. */
export async function stragglers(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 100 : 1_000
  const concurrency = jobs / 2
  const work = (/** @type {object} */ inputs) => ({
    ...oneLayer.producers.Work,
    provider: 'slow',
    config: { quickMs: QUICK_MS, slowMs: SLOW_MS },
    with: { number: '${index.job}', ...inputs },
  })
  const blueprint = {
    ...oneLayer,
    name: 'stragglers',
    producers: {
      First: work({}),
      Second: work({ text: '${First[job].Text}' }),
      Third: work({ text: '${Second[job].Text}' }),
    },
  }
  const slow = fileURLToPath(new URL('../../work/straggling-provider.mjs', import.meta.url))
  return withEngine(
    async engine => {
      const run = (/** @type {'layers' | 'dataflow'} */ schedule) => (/** @type {number} */ pair) =>
        timeRun(engine, {
          movieId: `${schedule}-${pair + 1}`,
          blueprint,
          inputs: { jobs },
          schedule,
          concurrency,
        })
      const pairs = await measurePairs(isSmoke ? 1 : 7, { ours: run('dataflow'), theirs: run('layers') })
      return [timeRow({ name: 'dataflow, 1 job of 100 straggles', against: 'layer by layer' }, pairs)]
    },
    { providers: { slow: { module: slow } } },
  )
}
