// npm run bench [-- --smoke] [-- --only noop] [-- --json results.json]
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { flood } from './scenario/flood.mjs'
import { latency } from './scenario/latency.mjs'
import { objectStore } from './scenario/object-store.mjs'
import { planning } from './scenario/planning.mjs'
import { rerun } from './scenario/rerun.mjs'
import { scale } from './scenario/scale.mjs'
import { environment } from './support/environment.mjs'
import { printRow } from './support/table.mjs'

/**
 * One line of the result: `ratio` is measured against `against` in the same run.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} measured
 * @property {string} against
 * @property {number} value what is compared with the goal
 * @property {'at least' | 'at most'} direction
 * @property {number} goal
 * @property {string} unit
 */

/** @type {Record<string, (isSmoke: boolean) => Promise<Row[]>>} */
const SCENARIOS = { flood, scale, planning, latency, rerun, objectStore }

const { values } = parseArgs({
  options: { smoke: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
})
if (values.only !== undefined && !(values.only in SCENARIOS)) {
  console.error(`There is no scenario "${values.only}". There are: ${Object.keys(SCENARIOS).join(', ')}.`)
  process.exit(2)
}

const about = environment()
console.log(`${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.commit}, ${about.date}`)
if (values.smoke) console.log('smoke: small sizes; the figures only show that everything runs')
/** @type {Row[]} */
const rows = []
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (values.only !== undefined && values.only !== name) continue
  for (const row of await scenario(values.smoke)) {
    rows.push(row)
    printRow(row)
  }
}
if (values.json)
  await writeFile(values.json, `${JSON.stringify({ ...about, smoke: values.smoke, rows }, null, 2)}\n`)
