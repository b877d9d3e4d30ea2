import { ProviderError } from '../../../dist/provider.js'

/** Asks `config.url` for its text. */
export async function produce({ config }, { signal, responseHeaders }) {
  const response = await fetch(config.url, { method: 'POST', signal })
  responseHeaders(response.headers)
  if (response.status === 429) {
    const retryAfterMs = Number(response.headers.get('retry-after-ms'))
    throw new ProviderError('rate_limited', await response.text(), { retryAfterMs })
  }
  return { outputs: { Text: await response.text() } }
}
