import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { AccessToken } from './access-token.js'

/** Names by which a browser on this machine reaches the server, whatever the port: a tunnel has one of its own. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Nothing but the page's own files and the server itself; no inline scripts, no frames. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const HEADERS = {
  'Content-Security-Policy': PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const

const LOCKED = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Showrunner</title>
<p>This page opens by the address that the command has printed, with its token. Copy it whole.</p></html>
`

/**
 * Lets requests through that come from this page, with the token of the command: another site that has its name point
 * to this machine (DNS rebinding), a page of another origin and another user of the machine get nothing.
 */
export function guard(token: AccessToken, cookieName: string): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    const url = new URL(req.url)
    const refuse = (status: 401 | 403 | 405, text: string) => context.html(text, status, HEADERS)
    if (!LOOPBACK.has(hostOf(req.header('host'))))
      return refuse(403, 'The host of this request is not this machine.')
    const origin = req.header('origin')
    if (origin !== undefined && origin !== `http://${req.header('host')}`)
      return refuse(403, 'This request comes from another page.')
    if (req.header('sec-fetch-site') === 'cross-site' && req.header('sec-fetch-mode') !== 'navigate')
      return refuse(403, 'This request comes from another site.')
    if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(405, 'This page only reads.')
    const given = url.searchParams.get('token')
    if (given !== null && token.matches(given)) {
      setCookie(context, cookieName, token.text, { httpOnly: true, sameSite: 'Strict', path: '/' })
      url.searchParams.delete('token')
      return context.redirect(`${url.pathname}${url.search}`)
    }
    if (!token.matches(getCookie(context, cookieName))) return refuse(401, LOCKED)
    await next()
    for (const [name, value] of Object.entries(HEADERS))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    return undefined
  }
}

const hostOf = (host = ''): string => host.replace(/:\d+$/, '').toLowerCase()
