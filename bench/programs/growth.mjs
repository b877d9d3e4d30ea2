// node growth.mjs known|made LISTS LENGTH: times a run of no-op jobs for the elements of lists, which are known from the
// start or made by the run, and tells its peak of memory.

import { fileURLToPath } from 'node:url'
import { timeRun, withEngine } from '../support/engine.mjs'

const [how = 'made', ...numbers] = process.argv.slice(2)
const [lists, length] = numbers.map(Number)
const WARM_LISTS = 200
const WARM_LENGTH = 10

const listOf = fileURLToPath(new URL('../work/list-provider.mjs', import.meta.url))
const noop = fileURLToPath(new URL('../work/noop-provider.mjs', import.meta.url))

/** The same jobs and the same bytes, whoever knows the lists. */
const blueprint = {
  name: 'growth',
  inputs: { lists: 'integer', length: 'integer' },
  loops: {
    row: { count: '${inputs.lists}' },
    item: how === 'made' ? { over: '${Make[row].List}', max: 10_000_000 } : { count: '${inputs.length}' },
  },
  producers: {
    Make: {
      loop: 'row',
      provider: 'lists',
      with: { row: '${index.row}', length: '${inputs.length}' },
      outputs: { List: 'json' },
    },
    Work: {
      loop: ['row', 'item'],
      provider: 'noop',
      with: {
        row: '${index.row}',
        item: how === 'made' ? '${item}' : '${index.item}',
        list: '${Make[row].List[0]}',
      },
      outputs: { Text: 'text' },
    },
  },
}

const providers = { lists: { module: listOf }, noop: { module: noop } }
await withEngine(
  async engine => {
    const run = (/** @type {string} */ movieId, /** @type {object} */ inputs) =>
      timeRun(engine, { movieId, blueprint, schedule: 'dataflow', inputs: /** @type {any} */ (inputs) })
    await run('warm-up', { lists: WARM_LISTS, length: WARM_LENGTH })
    const cpuBefore = process.cpuUsage()
    const runMs = await run('measured', { lists, length })
    const { user, system } = process.cpuUsage(cpuBefore)
    const peakBytes = process.resourceUsage().maxRSS * 1_024
    console.log(JSON.stringify({ runMs, cpuMs: (user + system) / 1_000, peakBytes }))
  },
  { providers },
)
