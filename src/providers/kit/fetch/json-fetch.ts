import { exactJsonText } from '../../../model/json/parse-json.js'
import { mimeName } from '../../../model/media/mime-type.js'
import { bodyText } from './body-text.js'
import { connectionError, originOf } from './http-fetch.js'
import { longFetch } from './long-fetch.js'

/**
 * {@link longFetch} for client libraries that read JSON by themselves: they get it in UTF-8, of whatever encoding it
 * came in, and with numbers that JavaScript would change as texts. Other bodies are left as they are.
 *
 * @param repaired what else is to be other than the service has written it
 */
export const jsonFetchOf =
  (repaired: (text: string) => string): typeof fetch =>
  async (input, init) => {
    const response = await longFetch(input, init)
    const { status, statusText, headers } = response
    const type = headers.get('content-type')
    if (response.body === null || type === null || !/[/+]json$/.test(mimeName(type))) return response
    const bytes = await response.arrayBuffer().catch(error => {
      throw init?.signal?.aborted ? error : connectionError(error, undefined, originOf(response))
    })
    const text = repaired(exactJsonText(bodyText(new Uint8Array(bytes), type)))
    return new Response(text, { status, statusText, headers: contentHeaders(headers) })
  }

export const jsonFetch = jsonFetchOf(text => text)

/** The body is decoded already, and has another length now. */
export function contentHeaders(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-encoding')
  copy.delete('content-length')
  return copy
}
