import { responseError } from '../../dist/provider.js'

/** Asks `config.url` for its text. @type {import('../../dist/provider.js').ProduceFunction} */
export async function produce({ config, model }, { signal }) {
  const url = model === undefined ? String(config.url) : `${config.url}?model=${model}`
  const response = await fetch(url, { method: 'POST', signal })
  const body = await response.text()
  if (!response.ok) throw responseError(response, body)
  const { text, tokens } = JSON.parse(body)
  return { outputs: { Text: text }, usage: { outputTokens: tokens } }
}
