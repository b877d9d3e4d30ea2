import { ProviderError } from '../../dist/provider.js'

/** Asks `config.url` for its text. @type {import('../../dist/provider.js').ProduceFunction} */
export async function produce({ config }, { signal }) {
  const response = await fetch(String(config.url), { method: 'POST', signal })
  const text = await response.text()
  if (response.status === 429)
    throw new ProviderError('rate_limited', text, {
      retryAfterMs: Number(response.headers.get('retry-after-ms')),
    })
  return { outputs: { Text: text } }
}
