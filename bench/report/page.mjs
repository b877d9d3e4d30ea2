import { escapeHtml, forestPlot, logDots } from './charts.mjs'
import { PAGE_STYLE } from './page-style.mjs'
import { isReached, number } from './row.mjs'
import { shortfall } from './table.mjs'

/**
 * A page that stands alone: the numbers to hold, every ratio with its interval, and the peers.
 *
 * @param {any} result as `--json` writes it
 * @param {import('../peers/tables.mjs').PeersResult} [peers] the result of the peers
 */
export function resultPage(result, peers) {
  const { rows, cpu, cores, node, commit, date } = result
  const goals = rows.filter((/** @type {Row} */ { goal }) => goal !== undefined)
  const others = rows.filter((/** @type {Row} */ { goal, unit }) => goal === undefined && unit === '×')
  const about = `${cpu}, ${cores} cores · Node ${node} · commit ${commit} · ${date.slice(0, 10)}`
  const body = [
    '<header><h1>Showrunner, measured</h1>',
    `<p>${escapeHtml(about)}${result.smoke ? ' · <b>smoke run: sizes too small to mean anything</b>' : ''}</p>`,
    '<p>Every figure was measured against something plain in the same run, in turn. Dots are medians, lines their 95 % intervals; right of the line is better.</p></header>',
    section('Numbers to hold', 'each against its goal', goalPlot(goals)),
    ...(peers === undefined ? [] : peerSections(peers)),
    section('Everything else', 'against the plainest code that does about the same', ratioPlot(others)),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Showrunner, measured</title>
<meta name="viewport" content="width=device-width"><style>${PAGE_STYLE}</style></head>
<body>${body.join('\n')}</body></html>
`
}

/** @typedef {import('./row.mjs').Row} Row */

/** @type {Record<string, string>} */
const TITLES = {
  threads: 'Are threads worth it?',
  micro: 'The steps one by one',
  latency: 'Waiting providers',
  planning: 'Planning',
  rerun: 'Planning again',
  logAppend: 'Appending to the log',
  objectStore: 'Object store',
  manifest: 'Manifest',
  cliStart: 'Start of the command',
  fanIn: 'Fan-in',
  blobs: 'Blobs',
  resume: 'Resuming',
  stragglers: 'Stragglers',
}

/** @param {string} title @param {string} note @param {string} content */
const section = (title, note, content) =>
  `<section><h2>${escapeHtml(title)} <small>${escapeHtml(note)}</small></h2>${content}</section>`

/** How many times better than its goal each row is. @param {readonly Row[]} rows */
function goalPlot(rows) {
  return forestPlot(
    rows.map(row => ({
      ...advantage(row, /** @type {number} */ (row.goal)),
      kind: /** @type {const} */ (isReached(row) ? 'good' : 'bad'),
      name: row.name,
      figure: `${number(row.value.median)} ${row.unit}`,
      note: `goal: ${row.better} ${number(/** @type {number} */ (row.goal))} ${row.unit} · ${shortfall(row)}`,
    })),
    'the goal',
  )
}

/** @param {readonly (Row & { scenario: string })[]} rows */
function ratioPlot(rows) {
  return forestPlot(
    rows.map(row => ({
      ...advantage(row, 1),
      group: TITLES[row.scenario] ?? row.scenario,
      kind: /** @type {const} */ (advantage(row, 1).median >= 1 ? 'own' : 'other'),
      name: row.name,
      figure: `${number(row.value.median)} ×`,
      note: `${row.measured} against ${row.against}`,
    })),
    'equal',
  )
}

/** Above 1 is better, whichever way the row itself counts. @param {Row} row @param {number} base */
function advantage({ value: { median, low, high }, better }, base) {
  const isMore = better === 'at least'
  // A goal of nothing at all is met or missed by as much as the chart has room for.
  if (base === 0) return { median: median === 0 ? 1 : 0.1, low: 1, high: 1 }
  return isMore
    ? { median: median / base, low: low / base, high: high / base }
    : { median: base / median, low: base / high, high: base / low }
}

/** @param {import('../peers/tables.mjs').PeersResult} peers */
function peerSections({ rows, contenders, loads, commit, date }) {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  const charts = kinds.map(kind => {
    const own = rows.filter(row => row.kind === kind)
    const chart = logDots(
      own.map(({ contender, jobsPerSecond, cpuMicrosecondsPerJob, memoryMegabytes }) => ({
        name: contender,
        value: jobsPerSecond.median,
        isOwn: contender.startsWith('showrunner'),
        label: `${number(jobsPerSecond.median)}/s · ${number(cpuMicrosecondsPerJob.median)} µs CPU a job · ${number(memoryMegabytes.median)} MB`,
      })),
    )
    return `<figure><figcaption>${escapeHtml(kind)} <small>${loads[kind].concurrency.toLocaleString('en-US')} at once</small></figcaption>${chart}</figure>`
  })
  const promises = contenders.map(
    c =>
      `<tr><th>${[c.name, c.durable, c.ordered, c.resumable, c.where].map(escapeHtml).join('</td><td>').replace('</td>', '</th>')}</td></tr>`,
  )
  const head = '<tr><th></th><th>durable?</th><th>ordered?</th><th>resumable?</th><th>jobs run in</th></tr>'
  return [
    section(
      'Others, doing the same work',
      `jobs/s, more is further right, logarithmic · commit ${commit}, ${date.slice(0, 10)}`,
      `<div class="charts">${charts.join('')}</div>`,
    ),
    section('What each promises', '', `<table class="promises">${head}${promises.join('')}</table>`),
  ]
}
