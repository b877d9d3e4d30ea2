import type { PageState } from '../data/page-state.ts'
import { nextTheme, theme } from '../data/theme.ts'

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
      <ThemeSwitch />
    </header>
  )
}

function Connection({ state }: { readonly state: PageState }) {
  if (state.connection.value === 'open') return null
  if (state.connection.value === 'ended')
    return (
      <span class="pill" role="status">
        ended: <code>showrunner ui</code> shows it again
      </span>
    )
  return (
    <span class="pill bad" role="status">
      not connected: open the address that <code>showrunner ui</code> prints
    </span>
  )
}

const THEME_WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const

function ThemeSwitch() {
  const label = `Colours: ${THEME_WORDS[theme.value]}`
  return (
    <button
      type="button"
      class="icon"
      title={`${label} (t)`}
      aria-label={label}
      onClick={() => {
        theme.value = nextTheme()
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.4" />
        {theme.value !== 'light' && <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />}
        {theme.value === 'dark' && <circle cx="8" cy="8" r="5.5" fill="currentColor" />}
      </svg>
    </button>
  )
}
