import { parseJson } from '../../model/json/parse-json.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { isProviderError, ProviderError } from '../../model/provider/failure/provider-error.js'
import type { HeaderSource } from '../../model/provider/rate-limit.js'
import type { ServiceFailures } from '../kit/batch/batch-api.js'
import { bodyText } from '../kit/fetch/body-text.js'
import { bodyBytes, errorText, httpFetch, webUrl } from '../kit/fetch/http-fetch.js'
import { longFetch } from '../kit/fetch/long-fetch.js'
import { apiError, traitsOf } from '../kit/sdk/api-error.js'

/** Of a call that has no other limit: a large batch takes its time to be sent. */
const VENDOR_CALL_TIMEOUT_MS = 15 * 60_000

/** A response of a vendor that is no success. */
class VendorResponseError extends ProviderError {
  readonly status: number
  readonly headers: HeaderSource
  /** The API's own error, not a page of something in between. */
  readonly isOfApi: boolean

  constructor(status: number, headers: HeaderSource, body: string) {
    const error = apiError({ status, headers }, body)
    // Google says 400 to a key that it does not know.
    const code = /API_KEY_INVALID|API key not valid/.test(body) ? 'auth' : error.code
    super(code, error.message, traitsOf(error))
    this.status = status
    this.headers = headers
    this.isOfApi = hasError(body)
  }
}

function hasError(body: string): boolean {
  try {
    const value = parseJson(body)
    return isJsonObject(value) && value.error !== undefined
  } catch {
    return false
  }
}

/** What `anthropic` and `google` call a refusal at a moment of much load: the request was not taken. */
const OVERLOADED = 529

export const vendorFailures: ServiceFailures = {
  meaningOf: error => error,
  headersOf: error => (error instanceof VendorResponseError ? error.headers : undefined),
  isAmbiguous(error) {
    if (error instanceof VendorResponseError) {
      const { status } = error
      return status === 408 || status === 409 || (status >= 500 && status !== OVERLOADED)
    }
    return !(isProviderError(error) && (error.isUnserved || error.code === 'invalid'))
  },
  isGone: error =>
    error instanceof VendorResponseError && (error.status === 410 || (error.status === 404 && error.isOfApi)),
}

export interface VendorRequest {
  readonly method?: 'GET' | 'POST'
  /** JSON. */
  readonly body?: string
  /** @default one that ends the call after 15 minutes */
  readonly signal?: AbortSignal
}

/** A vendor's API over HTTP. Each call is tried once. */
export class VendorHttp {
  readonly #baseUrl: string
  /** With the key in it: told to the origin of the API and to no other. */
  readonly #headers: Readonly<Record<string, string>>

  constructor(baseUrl: string, headers: Readonly<Record<string, string>>) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#headers = headers
  }

  get origin(): string {
    return new URL(this.#baseUrl).origin
  }

  /** The JSON object that is answered. @param path below the base, or a whole URL */
  async json(
    path: string,
    request: VendorRequest = {},
  ): Promise<{ readonly body: JsonObject; readonly headers: Headers }> {
    const { signal = AbortSignal.timeout(VENDOR_CALL_TIMEOUT_MS) } = request
    const response = await this.#send(path, { ...request, signal })
    const text = bodyText(await bodyBytes(response, signal), response.headers.get('content-type'))
    return { body: jsonObject(text, path), headers: response.headers }
  }

  /** The bytes that are answered. */
  async stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#send(path, { signal: AbortSignal.timeout(VENDOR_CALL_TIMEOUT_MS) })
    return body ?? emptyBody()
  }

  async #send(path: string, request: VendorRequest & { readonly signal: AbortSignal }): Promise<Response> {
    const { method = 'GET', body, signal } = request
    const url = webUrl(/^https?:/.test(path) ? path : `${this.#baseUrl}${path}`, 'config.baseUrl')
    const response = await httpFetch({
      url,
      method,
      credentials: { origin: this.origin, headers: this.#headers },
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
      signal,
      fetch: longFetch,
    })
    if (response.ok) return response
    throw new VendorResponseError(response.status, response.headers, await errorText(response, signal))
  }
}

function jsonObject(text: string, path: string): JsonObject {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (cause) {
    throw new ProviderError('overloaded', `The answer of ${path} is no JSON.`, { cause, answer: text })
  }
  if (isJsonObject(value)) return value
  throw new ProviderError('overloaded', `The answer of ${path} is no JSON object.`, { answer: text })
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
