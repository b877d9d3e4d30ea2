import { exactJsonText, parseJson } from '../../../model/json/parse-json.js'
import {
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorOptions,
} from '../../../model/provider/failure/provider-error.js'
import { responseError } from '../../../model/provider/failure/response-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import { bodyText } from '../fetch/body-text.js'
import { bodyBytes, connectionError, errorText } from '../fetch/http-fetch.js'
import { contentHeaders } from '../fetch/json-fetch.js'
import { longFetch } from '../fetch/long-fetch.js'
import { lostAnswer } from '../fetch/lost-answer.js'
import { traitsOf } from './api-error.js'

/** A key of the config or of its customary environment variable. @throws ProviderError `auth` */
export function requiredKey(
  provider: string,
  field: string,
  given: string | undefined,
  variable: string,
): string {
  const key = given ?? process.env[variable]
  if (key !== undefined && key !== '') return key
  throw new ProviderError(
    'auth',
    `Provider ${provider}: there is no key. Set the environment variable ${variable}, or config.${field}.`,
  )
}

/** A status that no client library repeats. */
const NO_REPEAT = 418

export type CodeOfFailure = (status: number, body: string) => ProviderErrorCode | undefined

/**
 * The network as a client library sees it for one attempt at a job. Libraries repeat what fails, submissions
 * too, and a repeated submission may be paid for twice: they are shown no failure that they know how to repeat,
 * and {@link call} throws the one that happened. Bodies are read here, so that none breaks off later.
 */
export class SdkTransport {
  readonly #context: ProduceContext
  readonly #codeOf: CodeOfFailure
  #failure: unknown

  /** @param codeOf the code of a failed response where the service has its own words for it */
  constructor(context: ProduceContext, codeOf: CodeOfFailure = () => undefined) {
    this.#context = context
    this.#codeOf = codeOf
  }

  /** One call of the library; not for calls side by side. */
  async call<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#failure = undefined
    try {
      return await action()
    } catch (error) {
      throw this.#failure ?? error
    }
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const signal = init?.signal
    try {
      const response = await longFetch(input, init)
      this.#context.responseHeaders(response.headers)
      return await this.#whole(response, signal, init?.method)
    } catch (error) {
      const address = typeof input === 'string' || input instanceof URL ? input : input.url
      this.#failure = connectionError(error, signal, new URL(address).origin)
      return Response.json({}, { status: NO_REPEAT })
    }
  }

  async #whole(
    response: Response,
    signal: AbortSignal | null | undefined,
    method = 'GET',
  ): Promise<Response> {
    const { status, headers } = response
    if (!response.ok) {
      const text = await errorText(response, signal)
      const error = responseError(response, text)
      const judged = this.#codeOf(status, text)
      const traits = judged === undefined ? traitsOf(error) : {}
      throw new SdkResponseError(judged ?? error.code, error.message, status, text, traits)
    }
    const text = exactJsonText(bodyText(await bodyBytes(response, signal), headers.get('content-type')))
    const isBodiless = status === 204 || status === 205
    // Uploads are answered with nothing.
    const lost = isBodiless || method.toUpperCase() === 'PUT' ? undefined : lostAnswer(text)
    if (lost !== undefined) throw lost
    return new Response(isBodiless ? null : text, { status, headers: contentHeaders(headers) })
  }
}

/** A response of a service that is no success. */
export class SdkResponseError extends ProviderError {
  readonly status: number
  readonly body: string

  constructor(
    code: ProviderErrorCode,
    message: string,
    status: number,
    body: string,
    options: ProviderErrorOptions,
  ) {
    super(code, message, options)
    this.status = status
    this.body = body
  }

  /** The body's JSON object; empty when it is none. */
  get json(): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = parseJson(this.body)
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
    } catch {
      return {}
    }
  }
}
