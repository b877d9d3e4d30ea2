// As many rows by the same table part, with nothing behind them: what a page of a million rows takes at least.
import { h, render } from 'preact'
import { useRef } from 'preact/hooks'
import { useRows } from '../../page/src/jobs/use-rows.ts'

const count = Number(new URLSearchParams(location.search).get('rows'))
const cells = ['made', '', 'text', '1', '2 ms', '$0.01', '12:00:00']

function Table() {
  const container = useRef(null)
  const { rows, height } = useRows(container, count, 32)
  const row = (/** @type {{ index: number, top: number }} */ { index, top }) =>
    h(
      'div',
      { class: 'row', id: `row-${index}`, style: { transform: `translateY(${top}px)` } },
      cells.map((text, at) => h('span', { key: at }, at === 1 ? `Row[${index}]` : text)),
    )
  return h(
    'div',
    { role: 'grid', ref: container },
    h('div', { style: { height: `${height}px`, position: 'relative' } }, rows.map(row)),
  )
}

render(h(Table, {}), document.getElementById('page') ?? document.body)
