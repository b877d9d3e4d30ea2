import type { OpenAI } from 'openai'
import { canonicalJson, type JsonObject } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { jsonFetch } from '../kit/fetch/json-fetch.js'
import { loadPackage } from '../kit/sdk/optional-package.js'

export type OpenAiClient = OpenAI

export interface OpenAiAccess {
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
  readonly organization?: string | undefined
  readonly project?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const clients = new Map<string, OpenAI>()
/** More sets of credentials than this at once in one thread are a sign that something makes them up. */
const CLIENT_LIMIT = 1_000

/** The client for a config's credentials; jobs with the same ones share it. @throws ProviderError `auth` without a key */
export async function clientOf(provider: string, access: OpenAiAccess, folder: string): Promise<OpenAI> {
  const { apiKey = process.env.OPENAI_API_KEY, baseUrl, organization, project, headers } = access
  if (apiKey === undefined || apiKey === '') {
    throw new ProviderError(
      'auth',
      `Provider ${provider} has no API key: set OPENAI_API_KEY, or config.apiKey to { $env: NAME }.`,
    )
  }
  const sdk = await loadPackage<typeof import('openai')>(provider, { name: 'openai', version: '6' }, folder)
  const settings: JsonObject = {
    apiKey,
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
    ...(organization !== undefined && { organization }),
    ...(project !== undefined && { project }),
    ...(headers !== undefined && { defaultHeaders: { ...headers } }),
  }
  const key = canonicalJson(settings)
  let client = clients.get(key)
  if (client === undefined) {
    // A batch that is created again on its own would be paid twice.
    client = new sdk.OpenAI({ ...settings, maxRetries: 0, fetch: jsonFetch })
    if (clients.size >= CLIENT_LIMIT) clients.clear()
    clients.set(key, client)
  }
  return client
}
