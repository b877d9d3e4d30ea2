const KEY = 'showrunner-token'

/**
 * The token with which the command's address opens the page. It stands after the sign `#`, which a browser sends to
 * nobody, and is kept for this tab alone.
 */
export function takeToken(): string | undefined {
  const given = location.hash.slice(1)
  if (given !== '') {
    history.replaceState(null, '', location.pathname + location.search)
    sessionStorage.setItem(KEY, given)
  }
  return sessionStorage.getItem(KEY) ?? undefined
}
