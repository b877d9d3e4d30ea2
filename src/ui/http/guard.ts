import type { Context, MiddlewareHandler } from 'hono'
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

type Refusal = readonly [status: 401 | 403 | 405 | 429, text: string]

/**
 * Lets requests through that come from this page, with the token of the command: another site that has its name point
 * to this machine (DNS rebinding), a page of another origin and another user of the machine get nothing. What changes
 * something needs the token itself in a header, which no form, no link and no cookie can send.
 */
export function guard(token: AccessToken, cookieName: string): MiddlewareHandler {
  return async (context, next) => {
    const refusal = placeRefusal(context) ?? tokenRefusal(context, token, cookieName)
    if (refusal !== undefined) return context.html(refusal[1], refusal[0], HEADERS)
    if (isEntry(context)) return enter(context, token, cookieName)
    await next()
    for (const [name, value] of Object.entries(HEADERS))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    return undefined
  }
}

const WITHOUT_TOKEN: Refusal = [401, LOCKED]
const TOO_MANY: Refusal = [429, 'Too many wrong tokens were tried. Wait a minute, and try again.']

/** Of a request that comes from somewhere else, or asks for what there is not. */
function placeRefusal({ req }: Context): Refusal | undefined {
  if (!LOOPBACK.has(hostOf(req.header('host')))) return [403, 'The host of this request is not this machine.']
  const origin = req.header('origin')
  const isOwn = origin === `http://${req.header('host')}`
  if (origin !== undefined && !isOwn) return [403, 'This request comes from another page.']
  if (req.header('sec-fetch-site') === 'cross-site' && req.header('sec-fetch-mode') !== 'navigate')
    return [403, 'This request comes from another site.']
  if (req.method === 'POST')
    return isOwn ? undefined : [403, 'This request does not say which page it comes from.']
  if (req.method !== 'GET' && req.method !== 'HEAD')
    return [405, 'The page is read with GET, and changed with POST.']
  return undefined
}

/** By the address that the command has printed. */
const isEntry = ({ req }: Context): boolean => req.method !== 'POST' && req.query('token') !== undefined

function tokenRefusal(context: Context, token: AccessToken, cookieName: string): Refusal | undefined {
  const { req } = context
  if (req.method !== 'POST' && !isEntry(context))
    return token.isCookie(getCookie(context, cookieName)) ? undefined : WITHOUT_TOKEN
  const found = token.check(isEntry(context) ? req.query('token')! : bearerOf(req.header('authorization')))
  if (found === 'right') return undefined
  return found === 'wrong' ? WITHOUT_TOKEN : TOO_MANY
}

/** The token leaves the address: the page takes it from the part after `#`, which a browser tells nobody. */
function enter(context: Context, token: AccessToken, cookieName: string): Response {
  const url = new URL(context.req.url)
  setCookie(context, cookieName, token.cookie, { httpOnly: true, sameSite: 'Strict', path: '/' })
  url.searchParams.delete('token')
  for (const [name, value] of Object.entries(HEADERS)) context.header(name, value)
  return context.redirect(`${url.pathname}${url.search}#${token.text}`)
}

const hostOf = (host = ''): string => host.replace(/:\d+$/, '').toLowerCase()

const bearerOf = (header = ''): string => /^Bearer ([\w-]+)$/.exec(header)?.[1] ?? ''
