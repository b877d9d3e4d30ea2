/** Redirects that a download follows. */
const REDIRECT_LIMIT = 5

/** What a request may tell an origin that it was not meant for. Any other header may be a key, or carry one. */
const OPEN_HEADERS = new Set(['accept', 'accept-language', 'range', 'user-agent'])

/** One address on the way of a request, and what is said there. */
export interface Hop {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Sends a request and follows its redirects, for GET and HEAD alone: repeating another request at another place
 * could do its work twice. Once a redirect has led to another origin (RFC 6454), nothing that may be secret goes
 * along any more, also not when a further one leads back.
 *
 * @returns the last response; one that is a redirect was not followed
 */
export async function followRedirects(
  first: Hop,
  method: string,
  send: (hop: Hop, count: number) => Promise<Response>,
): Promise<Response> {
  let hop = first
  for (let count = 0; ; count++) {
    const response = await send(hop, count)
    const url = redirectOf(response, hop.url)
    const isRepeatable = method === 'GET' || method === 'HEAD'
    if (url === undefined || !isRepeatable || count >= REDIRECT_LIMIT || !/^https?:$/.test(url.protocol))
      return response
    await response.body?.cancel()
    hop = { url, headers: url.origin === hop.url.origin ? hop.headers : openHeaders(hop.headers) }
  }
}

/** Where a response sends its reader; `undefined` for one that is no redirect. */
export function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  const location = headers.get('location')
  if (status < 300 || status >= 400 || location === null || !URL.canParse(location, from.href))
    return undefined
  return new URL(location, from)
}

const openHeaders = (headers: Hop['headers']): Hop['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => OPEN_HEADERS.has(name.toLowerCase())))
