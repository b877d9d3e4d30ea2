// Work at a service that charges for it (test/support/fleet/charging-service.ts). `config.paid`: `by key` is one call, which
// is the same work for the same idempotency key; `by submission` is charged for each call, which gives an id to ask by.
import { ProviderError } from '../../../dist/provider.js'

export async function produce({ movieId, jobId, config }, { idempotencyKey, resume, checkpoint, signal }) {
  const call = async (path, options) => {
    const response = await fetch(`${config.url}${path}`, { ...options, signal })
    if (!response.ok) throw new ProviderError('overloaded', `The service answered ${response.status}.`)
    return await response.json()
  }
  const submit = headers =>
    call('/work', { method: 'POST', body: JSON.stringify({ movie: movieId, job: jobId }), headers })
  const isKeyed = config.paid === 'by key'
  let id = resume?.id
  if (id === undefined) {
    ;({ id } = await submit(isKeyed ? { 'idempotency-key': idempotencyKey } : {}))
    if (!isKeyed) await checkpoint({ id })
  }
  // Answered when it is done.
  const { text } = await call(`/work/${id}`, {})
  return { outputs: { Text: text } }
}
