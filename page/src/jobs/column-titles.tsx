import type { PageState } from '../data/page-state.ts'

const COLUMNS = [
  { title: 'State', sort: 'state', name: 'state' },
  { title: 'Job', sort: undefined, name: 'name' },
  { title: 'Result', sort: undefined, name: 'what' },
  { title: 'Tries', sort: 'attempts', name: 'number attempts' },
  { title: 'Took', sort: 'duration', name: 'number' },
  { title: 'Cost', sort: 'cost', name: 'number' },
  { title: 'When', sort: 'at', name: 'number time' },
] as const

/** The titles of the list's columns; those that can order it do so: largest first, smallest first, as planned. */
export function ColumnTitles({ state }: { readonly state: PageState }) {
  const { sort } = state.filter.value
  const order = (column: string) => {
    const next = sort === `-${column}` ? column : sort === column ? undefined : `-${column}`
    const { sort: _, ...filter } = state.filter.value
    state.filter.value = next === undefined ? filter : { ...filter, sort: next }
  }
  return (
    <div class="row titles" role="row" aria-rowindex={1}>
      {COLUMNS.map(({ title, sort: column, name }) => {
        const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none'
        if (column === undefined || !state.api.hasPast)
          return (
            <span key={title} class={`cell ${name}`} role="columnheader">
              {title}
            </span>
          )
        return (
          <span key={title} class={`cell ${name}`} role="columnheader" aria-sort={direction}>
            <button type="button" tabIndex={-1} onClick={() => order(column)}>
              {title}
              {direction !== 'none' && (
                <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : ' ↓'}</span>
              )}
            </button>
          </span>
        )
      })}
    </div>
  )
}
