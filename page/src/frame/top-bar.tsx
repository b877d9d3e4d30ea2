import type { PageState } from '../data/page-state.ts'

export function TopBar({ state }: { readonly state: PageState }) {
  const store = state.store.value
  return (
    <header class="top">
      <h1>Showrunner</h1>
      {store && store.movies.length > 0 && (
        <select
          aria-label="Movie"
          value={state.movie.value ?? ''}
          onFocus={() => void state.refreshStore()}
          onChange={event => state.open(event.currentTarget.value)}
        >
          {store.movies.map(movie => (
            <option key={movie}>{movie}</option>
          ))}
        </select>
      )}
      <span class="store" title={store?.store}>
        {store?.store}
      </span>
      <Connection state={state} />
    </header>
  )
}

function Connection({ state }: { readonly state: PageState }) {
  if (state.isConnected.value) return null
  return (
    <span class="pill bad" role="status">
      not connected: start <code>showrunner ui</code> again
    </span>
  )
}
