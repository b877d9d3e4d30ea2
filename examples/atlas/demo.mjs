// Run by `npm run demo`: makes the atlas, or what is missing of it, and writes the page.
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'
import { isShowrunnerError, openEngine } from 'showrunner'
import { exportPage } from './export-page.mjs'
import { progressLine } from './progress-line.mjs'

const here = (/** @type {string} */ path) => new URL(path, import.meta.url)
// What is made does not belong into an installed package: the next install would remove it.
const isInstalled = import.meta.url.includes('/node_modules/')
const home = isInstalled ? pathToFileURL(`${process.cwd()}/`) : here('../../')
const pageFolder = isInstalled ? new URL('atlas/', home) : here('out/')
const EXIT_CODES = /** @type {const} */ ({ succeeded: 0, failed: 1, waiting: 5, stopped: 1, cancelled: 130 })
const BUSY = ['MOVIE_BUSY', 'WRITER_FENCED', 'MANIFEST_CONFLICT']

/** The postcards are drawn by a package that showrunner itself does not need: said before anything is made. */
async function canDraw() {
  try {
    await import('sharp')
    return true
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    const isAbsent = code === 'ERR_MODULE_NOT_FOUND'
    const problem = isAbsent ? 'which is not installed' : `which cannot be loaded (${String(error)})`
    console.error(
      `The atlas draws its postcards with the package "sharp", ${problem}. Run: npm install sharp`,
    )
    return false
  }
}

async function main() {
  /** @type {Record<string, string>[]} */
  const rows = parse(await readFile(here('countries.csv')), { columns: true })
  // npm run demo -- --store s3://my-bucket/movies
  const { values } = parseArgs({
    options: { store: { type: 'string', default: new URL('movies', home).href } },
  })
  const engine = await openEngine({ store: values.store, concurrency: 8 })
  const stop = new AbortController()
  // A second Ctrl-C finds no listener and ends the process at once.
  process.once('SIGINT', () => stop.abort())
  try {
    const run = engine.run({
      movieId: 'atlas',
      blueprint: here('atlas.yaml'),
      inputs: { rows },
      signal: stop.signal,
    })
    const line = progressLine(rows)
    run.on('progress', line.progress).on('job', line.job)
    const result = await run
    line.end()

    const { succeeded, cached, failed } = result.counts
    const seconds = (result.durationMs / 1000).toFixed(1)
    if (succeeded === 0 && result.status === 'succeeded') {
      console.log(`Nothing to make: all ${cached} jobs are done already (looked it up in ${seconds} s).`)
    } else console.log(`Made ${succeeded} jobs in ${seconds} s; ${cached} were done already.`)
    if (failed > 0) console.log(`${failed} jobs failed. Run it again to try only those once more.`)
    if (result.status === 'cancelled') {
      console.log('Stopped. What was made is kept: run it again, and only the rest is made.')
    }
    if (result.status === 'succeeded') await finish(engine, rows, succeeded > 0)
    process.exitCode = EXIT_CODES[result.status]
  } finally {
    await engine.close()
  }
}

/** @param {string} store */
const uiCommand = store =>
  `${isInstalled ? 'npx showrunner' : 'node dist/cli/main.js'} ui atlas --store ${store} --open`

/**
 * @param {import('showrunner').Engine} engine
 * @param {readonly Record<string, string>[]} rows
 * @param {boolean} isNew
 */
async function finish(engine, rows, isNew) {
  const page = await exportPage(engine, 'atlas', rows, pageFolder)
  console.log(`\nThe page: ${relative(process.cwd(), fileURLToPath(page))}\n          ${page.href}\n`)
  console.log(`See its jobs in the browser: ${uiCommand(engine.store)}\n`)
  console.log(
    isNew
      ? 'Run it again: nothing is made twice.'
      : `Change a row of ${relative(process.cwd(), fileURLToPath(here('countries.csv')))} and run it again: only what the row touches is made.`,
  )
}

try {
  if (await canDraw()) await main()
  else process.exitCode = 1
} catch (error) {
  if (!isShowrunnerError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = BUSY.includes(error.code) ? 3 : 1
}
