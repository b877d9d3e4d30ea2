import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { measurePairs } from '../measure/measure.mjs'
import { figureRow, number, timeRow } from '../report/row.mjs'
import { withBarePage } from '../support/browser/bare-page.mjs'
import { withBrowser } from '../support/browser/browser.mjs'
import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'

/** @typedef {import('playwright-core').Page} Page */

const count = (/** @type {number} */ jobs) => jobs.toLocaleString('en-US')

/** The page of many jobs in a browser: opened, scrolled, filtered, against as many bare rows by the same table part. */
export async function page(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 1_000_000
  const rows = await withBrowser(browser =>
    withEngine(async (engine, folder) => {
      await timeRun(engine, { movieId: 'many', blueprint: oneLayer, inputs: { jobs } })
      return await withBarePage(bareUrl => measurePage(browser, folder, { bareUrl, jobs, isSmoke }))
    }),
  )
  if (rows === undefined) console.log('  skipped: there is no Chromium (scripts/install-chromium.sh)')
  return rows ?? []
}

/**
 * @param {import('playwright-core').Browser} browser @param {string} folder
 * @param {{ bareUrl: string, jobs: number, isSmoke: boolean }} about
 */
async function measurePage(browser, folder, { bareUrl, jobs, isSmoke }) {
  const server = await startServer(folder)
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const [ours, bare] = [await context.newPage(), await context.newPage()]
    const firstMs = await open(ours, server.url, jobs, 1)
    const pairCount = isSmoke ? 1 : 7
    // The token is in no address once the page is open.
    const opened = await measurePairs(pairCount, {
      ours: () => open(ours, ours.url(), jobs, 1),
      theirs: () => open(bare, `${bareUrl}?rows=${jobs}`, jobs, 0),
      isWarm: isSmoke,
    })
    const scrolled = await measurePairs(isSmoke ? 2 : 25, {
      ours: pair => scrollTo(ours, placeOf(pair)),
      theirs: pair => scrollTo(bare, placeOf(pair)),
    })
    const filterMs = []
    for (let turn = 0; turn < pairCount; turn++)
      filterMs.push(await filter(ours, jobs, Math.floor(jobs / (turn + 2))))
    const { peakBytes } = await server.memory()
    const heaps = [await heapBytes(ours), await heapBytes(bare)]
    const name = `${count(jobs)} jobs in the page`
    return [
      figureRow(
        {
          name: `${name}: opened for the first time`,
          goal: 3,
          unit: 's',
          better: 'at most',
          measured: 'until every job is counted; the first rows are there before',
          against: 'the server begins to read the log then',
        },
        [firstMs / 1_000],
      ),
      timeRow({ name: `${name}: opened again`, against: 'as many bare rows' }, opened),
      timeRow(
        {
          name: `${name}: scrolled to another place`,
          against: 'as many bare rows',
          why: 'The rows of the place are asked of the server.',
        },
        scrolled,
      ),
      figureRow(
        {
          name: `${name}: a page of rows after scrolling`,
          goal: 50,
          unit: 'ms',
          better: 'at most',
          measured: 'until what jobs have made is there',
          against: `${number(Math.max(...scrolled.ours))} ms at most`,
        },
        scrolled.ours,
      ),
      figureRow(
        {
          name: `${name}: one found by its id`,
          goal: 1_000,
          unit: 'ms',
          better: 'at most',
          measured: 'from the last key to its row',
          against: 'all ids are looked at; 120 ms are the pause after typing',
        },
        filterMs,
      ),
      figureRow(
        {
          name: `${name}: memory of its server`,
          goal: 600,
          unit: 'MB',
          better: 'at most',
          measured: 'peak resident set',
          against: `${number(server.rssBytes / 1e6)} MB before; ${number((peakBytes - server.rssBytes) / jobs)} bytes a job`,
        },
        [peakBytes / 1e6],
      ),
      figureRow(
        {
          name: `${name}: memory of the browser`,
          goal: 3,
          unit: '×',
          better: 'at most',
          measured: `${number(heaps[0] / 1e6)} MB of heap`,
          against: `${number(heaps[1] / 1e6)} MB with as many bare rows`,
        },
        [heaps[0] / heaps[1]],
      ),
    ]
  } finally {
    await server.end()
  }
}

/** Places all over the list. @param {number} pair @returns {number} 0 to 1 */
const placeOf = pair => ((pair + 2) * 0.6180339887) % 1

/** @param {Page} tab @param {string} url @param {number} jobs @param {number} titles rows that are none of them */
async function open(tab, url, jobs, titles) {
  // What stands behind is drawn once a second.
  await tab.bringToFront()
  const startMs = performance.now()
  await tab.goto(url)
  const isThere =
    titles === 0
      ? `document.querySelector('#row-0') !== null`
      : `document.querySelector('[role=grid]')?.ariaRowCount === '${jobs + titles}' && document.querySelector('#row-0 .what')?.textContent && ${IS_READ}`
  await until(tab, isThere)
  return performance.now() - startMs
}

/** How many jobs there are is known before the log is read. */
const IS_READ = `![...document.querySelectorAll('.facts dt')].some(({ textContent }) => textContent === 'Reading')`

/** Looks before each frame. As one expression: the page lets nothing be evaluated in it later. */
const until = (/** @type {Page} */ tab, /** @type {string} */ condition) =>
  tab.evaluate(`new Promise(resolve => {
    const look = () => ((${condition}) ? resolve() : requestAnimationFrame(look))
    look()
  })`)

/** @param {Page} tab @param {number} place */
async function scrollTo(tab, place) {
  await tab.bringToFront()
  return /** @type {number} */ (
    await tab.evaluate(`new Promise(resolve => {
      const grid = document.querySelector('[role=grid]')
      const startMs = performance.now()
      const before = grid.scrollTop
      grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * ${place}
      const middle = grid.getBoundingClientRect().top + grid.clientHeight / 2
      const look = () => {
        const row = document.elementsFromPoint(200, middle).find(element => element.id?.startsWith('row-'))
        // A row that has not come has one cell.
        if (grid.scrollTop !== before && row?.children.length === 7) resolve(performance.now() - startMs)
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })`)
  )
}

/** @param {Page} tab @param {number} jobs @param {number} wanted */
async function filter(tab, jobs, wanted) {
  const search = tab.locator('input[type=search]')
  const isCounted = (/** @type {string} */ text) =>
    until(
      tab,
      `[...document.querySelectorAll('[role=status]')].some(element => element.textContent === '${text}')`,
    )
  await tab.bringToFront()
  await search.fill(`Work[${wanted}`)
  const startMs = performance.now()
  await search.press(']')
  await isCounted('1 job')
  const ms = performance.now() - startMs
  await search.fill('')
  await isCounted(`${count(jobs)} jobs`)
  return ms
}

/** @param {Page} tab @returns {Promise<number>} */
async function heapBytes(tab) {
  const session = await tab.context().newCDPSession(tab)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN
}

/** In a process of its own, whose memory is its own, too. @param {string} folder */
async function startServer(folder) {
  const program = fileURLToPath(new URL('../programs/serve-page.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const next = async () => JSON.parse(/** @type {string} */ ((await once(lines, 'line'))[0]))
  const { url, rssBytes } = await next()
  return {
    url,
    rssBytes,
    async memory() {
      const told = next()
      child.stdin.write('\n')
      return await told
    },
    async end() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
