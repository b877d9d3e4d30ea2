/** Knows nothing of the engine's errors: what `fetch` throws, and a status as client libraries throw it. */
export async function produce({ inputs, config }, { signal }) {
  const response = await fetch(config.url, {
    method: 'POST',
    body: String(inputs.n),
    headers: { authorization: String(config.key) },
    signal,
  })
  const text = await response.text()
  if (!response.ok)
    throw Object.assign(new Error(text), { status: response.status, headers: response.headers })
  return { outputs: { Text: text } }
}
