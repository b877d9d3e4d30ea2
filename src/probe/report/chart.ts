/** A curve of a chart. */
interface Series {
  readonly name: string
  /** Name of its colour in the page's style. */
  readonly colour: string
  readonly points: readonly ChartPoint[]
  readonly isDashed?: boolean
}

interface ChartPoint {
  readonly x: number
  readonly y: number
  /** Half the height of its error bar. */
  readonly error?: number
}

export interface Chart {
  readonly title: string
  readonly unit: string
  readonly series: readonly Series[]
  /** A vertical line, with its label. */
  readonly mark?: { readonly x: number; readonly label: string }
}

const WIDTH = 560
const HEIGHT = 320
const LEFT = 58
const RIGHT = 16
const TOP = 34
const BOTTOM = 40
const Y_LINES = 5

/** Draws curves over a logarithmic axis of calls at once, as SVG. */
export function drawChart({ title, unit, series, mark }: Chart): string {
  const points = series.flatMap(({ points }) => points)
  const maxX = Math.max(2, ...points.map(({ x }) => x))
  const step = niceStep(Math.max(...points.map(({ y, error = 0 }) => y + error), 1e-9) / Y_LINES)
  const maxY = step * Math.ceil(Math.max(...points.map(({ y, error = 0 }) => y + error), step) / step)
  const xOf = (x: number) => px(LEFT + (Math.log2(x) / Math.log2(maxX)) * (WIDTH - LEFT - RIGHT))
  const yOf = (y: number) => px(HEIGHT - BOTTOM - (y / maxY) * (HEIGHT - TOP - BOTTOM))
  const parts = [
    ...gridLines(maxY, step, yOf),
    ...xTicks(maxX).map(
      x => `<text class="tick" x="${xOf(x)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x}</text>`,
    ),
    `<text class="tick" x="${px((LEFT + WIDTH - RIGHT) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">calls at once</text>`,
    `<text class="name" x="${LEFT}" y="18">${title}, ${unit}</text>`,
    ...(mark === undefined ? [] : [markOf(mark, xOf)]),
    ...series.map(one => curve(one, xOf, yOf)),
    ...series.map((one, at) => legend(one, at, series.length)),
  ]
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts.join('')}</svg>`
}

function gridLines(maxY: number, step: number, yOf: (y: number) => number): string[] {
  const count = Math.round(maxY / step)
  return Array.from({ length: count + 1 }, (_, at) => {
    const y = yOf(at * step)
    const label = Number((at * step).toPrecision(6)).toLocaleString('en-US')
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text class="tick" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${label}</text>`
  })
}

function xTicks(maxX: number): number[] {
  const ticks: number[] = []
  for (let x = 1; x <= maxX; x *= 2) ticks.push(x)
  return ticks
}

function markOf({ x, label }: { x: number; label: string }, xOf: (x: number) => number): string {
  const at = xOf(x)
  const anchor = at > WIDTH / 2 ? 'end' : 'start'
  const text = `<text class="mark" x="${anchor === 'end' ? at - 6 : at + 6}" y="${TOP + 10}" text-anchor="${anchor}">${label}</text>`
  return `<line class="mark" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>${text}`
}

function curve(
  { points, colour, isDashed }: Series,
  xOf: (x: number) => number,
  yOf: (y: number) => number,
): string {
  const path = points.map(({ x, y }) => `${xOf(x)},${yOf(y)}`).join(' ')
  const line = `<polyline class="${colour}${isDashed ? ' dashed' : ''}" points="${path}"/>`
  if (isDashed) return line
  const dots = points.map(({ x, y, error = 0 }) => {
    const at = xOf(x)
    const bar =
      error === 0
        ? ''
        : `<line class="${colour}" x1="${at}" x2="${at}" y1="${yOf(y + error)}" y2="${yOf(Math.max(0, y - error))}"/>`
    return `${bar}<circle class="${colour}" cx="${at}" cy="${yOf(y)}" r="3"/>`
  })
  return line + dots.join('')
}

const LEGEND_WIDTH = 74

function legend({ name, colour, isDashed }: Series, at: number, count: number): string {
  const x = WIDTH - RIGHT - (count - at) * LEGEND_WIDTH
  return `<line class="${colour}${isDashed ? ' dashed' : ''}" x1="${x}" x2="${x + 16}" y1="14" y2="14"/><text class="tick" x="${x + 21}" y="18">${name}</text>`
}

/** 1, 2 or 5 times a power of ten, at least so much. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find(factor => factor * power >= least) ?? 10) * power
}

const px = (value: number): number => Math.round(value * 10) / 10
