// npm run bench -- --help
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { compareResults, printChanges } from './report/compare.mjs'
import { environment, printEnvironment } from './report/environment.mjs'
import { HISTORY, newestRecord, recordResult } from './report/history.mjs'
import { markdownTables } from './report/markdown.mjs'
import { resultPage } from './report/page.mjs'
import { printGoals, printRow } from './report/table.mjs'
import { cliStart } from './scenario/cli-start.mjs'
import { exports } from './scenario/exports.mjs'
import { fleet } from './scenario/fleet/fleet.mjs'
import { micro } from './scenario/micro.mjs'
import { page } from './scenario/page.mjs'
import { planning } from './scenario/plan/planning.mjs'
import { rerun } from './scenario/plan/rerun.mjs'
import { rowOnTop } from './scenario/plan/row-on-top.mjs'
import { tables } from './scenario/plan/tables.mjs'
import { refusals } from './scenario/refusals/refusals.mjs'
import { cold } from './scenario/run/cold.mjs'
import { commands } from './scenario/run/commands.mjs'
import { fanIn } from './scenario/run/fan-in.mjs'
import { flood } from './scenario/run/flood.mjs'
import { growth } from './scenario/run/growth.mjs'
import { latency } from './scenario/run/latency.mjs'
import { manyRuns } from './scenario/run/many-runs.mjs'
import { resume } from './scenario/run/resume.mjs'
import { scale } from './scenario/run/scale.mjs'
import { stragglers } from './scenario/run/stragglers.mjs'
import { telemetry } from './scenario/run/telemetry.mjs'
import { threads } from './scenario/run/threads.mjs'
import { blobs } from './scenario/storage/blobs.mjs'
import { logAppend } from './scenario/storage/log-append.mjs'
import { logFold } from './scenario/storage/log-fold.mjs'
import { manifest } from './scenario/storage/manifest.mjs'
import { objectStore } from './scenario/storage/object-store.mjs'
import { pictures } from './scenario/storage/pictures.mjs'
import { smallBlobs } from './scenario/storage/small-blobs.mjs'

/** @type {Record<string, (isSmoke: boolean, texts: readonly string[]) => Promise<import('./report/row.mjs').Row[]>>} */
const SCENARIOS = {
  flood,
  cold,
  commands,
  scale,
  growth,
  latency,
  manyRuns,
  telemetry,
  planning,
  tables,
  exports,
  rerun,
  rowOnTop,
  refusals,
  logFold,
  logAppend,
  objectStore,
  manifest,
  cliStart,
  page,
  fanIn,
  blobs,
  smallBlobs,
  pictures,
  resume,
  stragglers,
  threads,
  fleet,
  micro,
}

const HELP = `npm run bench -- [options]

Measures showrunner against something plain in the same run, in pairs, and prints the ratios: medians with
95 % intervals. Everything takes about ten minutes.

  --only NAME[,NAME]  some scenarios: ${Object.keys(SCENARIOS).join(', ')}
  --case TEXT         of refusals: only cases whose names contain the text; may be repeated
  --smoke             small sizes, seconds in all: shows only that everything runs
  --json FILE         writes the rows, with commit, Node version, processor and date
  --html FILE         writes a page with charts; --peers FILE adds the result of bench:peers to it
  --record            appends the result to results/history.jsonl, with the commit
  --compare FILE      prints ratios to an earlier result, and says which are outside the noise; without FILE, to the
                      newest record of each row in the history
  --history FILE      another history
  --markdown          prints the tables as they stand in docs/performance.md and docs/performance/parts.md
  --from FILE         measures nothing: takes the rows of a result, for --html, --compare and --markdown
  --help

BENCH_FOLDER  the folder whose disk is measured; the temporary folder otherwise
BENCH_S3      the URL of an object store, with credentials in the environment; a Ceph gateway is started otherwise,
              where it is installed
`

const { values: options } = parseArgs({
  args: process.argv.slice(2).map(newestUnlessNamed),
  options: {
    help: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    case: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    html: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    peers: { type: 'string' },
    compare: { type: 'string' },
    record: { type: 'boolean', default: false },
    history: { type: 'string', default: HISTORY },
    from: { type: 'string' },
  },
})

if (options.help) console.log(HELP)
else await main()

async function main() {
  // Read first: a mistyped name should not come out after ten minutes.
  const earlier = options.compare === undefined ? undefined : await readEarlier(options.compare)
  const peers = options.peers === undefined ? undefined : await readJson(options.peers)
  const result = options.from === undefined ? await measureAll() : await readJson(options.from)
  if (earlier !== undefined) {
    if (earlier.smoke || result.smoke) console.log('\nA smoke run measures nothing that could be compared.')
    else printChanges(compareResults(result, earlier), earlier)
  }
  if (options.record && !result.smoke) await recordResult(result, options.history)
  if (options.markdown) console.log(markdownTables(result.rows))
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, rounded, 1)}\n`)
  if (options.html !== undefined) await writeFile(options.html, resultPage(result, peers))
}

async function measureAll() {
  const names = options.only?.split(',') ?? Object.keys(SCENARIOS)
  const unknown = names.find(name => !(name in SCENARIOS))
  if (unknown !== undefined) {
    console.error(`There is no scenario "${unknown}". There are: ${Object.keys(SCENARIOS).join(', ')}.`)
    process.exit(2)
  }
  const about = environment()
  printEnvironment(about)
  if (options.smoke) console.log('smoke: small sizes; the figures only show that everything runs')
  const rows = []
  for (const name of names) {
    console.log(name)
    for (const row of await SCENARIOS[name](options.smoke, options.case)) {
      rows.push({ ...row, scenario: name })
      printRow(row, options.smoke)
    }
  }
  if (!options.smoke) printGoals(rows)
  return { ...about, smoke: options.smoke, rows }
}

/** `--compare` alone stands for the newest record. @param {string} argument @param {number} at @param {string[]} all */
function newestUnlessNamed(argument, at, all) {
  const isAlone = argument === '--compare' && (all[at + 1] ?? '--').startsWith('--')
  return isAlone ? '--compare=' : argument
}

/** @param {string} file */
async function readEarlier(file) {
  return file === '' ? await newestRecord(options.history) : await readJson(file)
}

/** @param {string} file */
async function readJson(file) {
  return JSON.parse(await readFile(file, 'utf8'))
}

/** @param {string} _ @param {unknown} value */
function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
