/** @param {unknown} text */
export const escapeHtml = text =>
  String(text).replace(/[&<>"']/g, char => `&#${/** @type {string} */ (char).charCodeAt(0)};`)

const WIDTH = 380
const HEIGHT = 20
/** Room for half a label beyond the last tick. */
const PADDING = 34
/** A row further out than this is drawn at the edge. */
const MOST = 40

/**
 * @typedef {object} PlotRow
 * @property {string} [group] of the rows before which its name stands once
 * @property {string} name
 * @property {number} median
 * @property {number} low
 * @property {number} high
 * @property {'good' | 'bad' | 'own' | 'other'} kind
 * @property {string} figure
 * @property {string} note
 */

/**
 * A line a row: a dot at the median, a bar over the interval, on one logarithmic axis around 1.
 *
 * @param {readonly PlotRow[]} rows
 * @param {string} middle what 1 means
 */
export function forestPlot(rows, middle) {
  const furthest = Math.max(
    2.2,
    ...rows.flatMap(({ low, high, median }) => [low, high, median].map(distance)),
  )
  const x = (/** @type {number} */ ratio) => {
    const share = 0.5 + Math.log(clamp(ratio)) / Math.log(furthest) / 2
    return (PADDING + share * (WIDTH - 2 * PADDING)).toFixed(1)
  }
  const ticks = ticksUpTo(furthest)
  const grid = ticks
    .map(
      tick =>
        `<line class="${tick === 1 ? 'one' : 'tick'}" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${HEIGHT}"/>`,
    )
    .join('')
  let lastGroup = ''
  const lines = rows.map(({ group = '', name, median, low, high, kind, figure, note }) => {
    const heading =
      group === lastGroup ? '' : `<tr class="group"><th colspan="4">${escapeHtml(group)}</th></tr>`
    lastGroup = group
    const svg = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(figure)}">${grid}<line class="whisker ${kind}" x1="${x(low)}" x2="${x(high)}" y1="10" y2="10"/><circle class="${kind}" cx="${x(median)}" cy="10" r="4.5"/></svg>`
    return `${heading}<tr><th>${escapeHtml(name)}</th><td class="figure">${escapeHtml(figure)}</td><td>${svg}</td><td class="note">${escapeHtml(note)}</td></tr>`
  })
  const labels = ticks
    .map(tick => `<text x="${x(tick)}" y="12">${tick === 1 ? escapeHtml(middle) : tickLabel(tick)}</text>`)
    .join('')
  const axis = `<tr class="axis"><th></th><td></td><td><svg viewBox="0 0 ${WIDTH} 16" width="${WIDTH}" height="16">${labels}</svg></td><td></td></tr>`
  const columns = '<col class="name"><col class="value"><col class="chart"><col>'
  return `<table class="plot"><colgroup>${columns}</colgroup>${lines.join('')}${axis}</table>`
}

/** @param {number} ratio */
const clamp = ratio => Math.min(MOST, Math.max(1 / MOST, Number.isFinite(ratio) ? ratio : MOST))
/** @param {number} ratio */
const distance = ratio => Math.max(clamp(ratio), 1 / clamp(ratio))

/** @param {number} furthest */
function ticksUpTo(furthest) {
  const step = furthest > 30 ? 10 : furthest > 4 ? 4 : 2
  const above = []
  for (let tick = step; tick <= furthest; tick *= step) above.push(tick)
  return [...above.map(tick => 1 / tick).reverse(), 1, ...above]
}

/** @param {number} tick */
const tickLabel = tick => (tick > 1 ? `${tick} × better` : `${Math.round(1 / tick)} × worse`)

/**
 * A dot a row on a logarithmic axis, for values that lie far apart. No bars: their length would mean nothing.
 *
 * @param {readonly { name: string, value: number, label: string, isOwn: boolean }[]} rows
 */
export function logDots(rows) {
  const values = rows.map(({ value }) => value)
  const least = Math.min(...values)
  const span = Math.log(Math.max(...values) / least) || 1
  const lines = rows.map(({ name, value, label, isOwn }) => {
    const left = (3 + (Math.log(value / least) / span) * 94).toFixed(1)
    return `<div class="dot"><span>${escapeHtml(name)}</span><div><i class="${isOwn ? 'own' : ''}" style="left:${left}%"></i></div><em>${escapeHtml(label)}</em></div>`
  })
  return lines.join('')
}
