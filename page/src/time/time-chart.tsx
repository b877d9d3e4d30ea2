import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { theme } from '../data/theme.ts'
import 'uplot/dist/uPlot.min.css'

export interface ChartLine {
  readonly name: string
  readonly values: readonly number[]
  /** Name of a CSS property. */
  readonly color: string
}

interface ChartProps {
  readonly title: string
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  /** Where a limit was learned. */
  readonly marks: readonly { readonly at: number }[]
  readonly format?: (value: number) => string
}

const HEIGHT = 170

/** Lines over time. Its numbers are in a table as well, for who cannot see it. */
export function TimeChart({ title, times, lines, marks, format = plain }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const draw = () => {
      element.replaceChildren()
      const width = element.clientWidth
      if (width === 0) return
      const series = lines.map(({ values }) => [...values])
      new uPlot(optionsOf({ lines, marks, format, width }), [[...times], ...series], element)
    }
    draw()
    const observer = new ResizeObserver(draw)
    observer.observe(element)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    return () => {
      observer.disconnect()
      scheme.removeEventListener('change', draw)
    }
  }, [times, lines, marks, format, theme.value])
  const most = lines.map(({ name, values }) => `${name} at most ${format(Math.max(0, ...values))}`).join(', ')
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <span class="unseen">{most}</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

function optionsOf({
  lines,
  marks,
  format,
  width,
}: Required<Pick<ChartProps, 'lines' | 'marks' | 'format'>> & { width: number }): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  // A canvas knows no light-dark(); an element's own colour is resolved.
  const probe = document.createElement('i')
  document.body.append(probe)
  const colorOf = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const quiet = colorOf('--quiet')
  const line = colorOf('--line')
  const colors = lines.map(({ color }) => colorOf(color))
  const markColor = colorOf('--retrying')
  probe.remove()
  const font = `11px ${style.fontFamily}`
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  return {
    width,
    height: HEIGHT,
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1e-9)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 96,
        values: (_, splits, __, ___, step) => splits.map(at => clock(at, step)),
      },
      { ...axis, size: 64, values: (_, values) => values.map(format) },
    ],
    series: [
      { label: 'at', value: (_, at) => (at === null ? '–' : clock(at, 1)) },
      ...lines.map(({ name }, at) => ({
        label: name,
        stroke: colors[at]!,
        width: 1.5,
        points: { show: false },
        value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
      })),
    ],
    hooks: { draw: [plot => drawMarks(plot, marks, markColor)] },
  }
}

function drawMarks(plot: uPlot, marks: readonly { at: number }[], color: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = color
  ctx.setLineDash([3, 3])
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}

/** `14:03:22`, with as many digits after it as small steps need. @param at seconds since 1970 */
function clock(at: number, step: number): string {
  const time = new Date(at * 1_000).toTimeString().slice(0, step >= 60 ? 5 : 8)
  const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9)
  return digits === 0 ? time : `${time}.${String(Math.floor((at % 1) * 10 ** digits)).padStart(digits, '0')}`
}

const plain = (value: number): string =>
  value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1)
