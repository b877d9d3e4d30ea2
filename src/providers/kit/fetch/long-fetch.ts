import { followRedirects } from './follow-redirects.js'
import { fetchBy, globalAgent, wholeFetch } from './whole-fetch.js'

type AgentClass = new (options: AgentOptions) => object

/** Options of undici's agents; `proxyTunnel` is one of those that go by a proxy. */
interface AgentOptions {
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly proxyTunnel: boolean
}

let patient: object | undefined

/**
 * `fetch` without its own limit of five minutes until the first byte and between bytes. A model may think for
 * longer, and to ask again would be to pay again; how long an attempt may take is the blueprint's `timeout`.
 * Redirects are followed as {@link followRedirects} does: client libraries put keys into headers of their own
 * names, which `fetch` would take along to wherever it is sent.
 */
export const longFetch: typeof fetch = async (input, init = {}) => {
  patient ??= patientAgent()
  const send = patient === undefined ? wholeFetch : fetchBy(patient)
  if (init.redirect === 'manual') return await send(input, init)
  const request = input instanceof Request ? input : undefined
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const headers = Object.fromEntries(new Headers(init.headers ?? request?.headers))
  const url = new URL(input instanceof Request ? input.url : input)
  const signal = init.signal ?? request?.signal ?? null
  return await followRedirects({ url, headers }, method, async (hop, count) =>
    count === 0
      ? await send(input, { ...init, redirect: 'manual' })
      : await send(hop.url, { method, headers: hop.headers, signal, redirect: 'manual' }),
  )
}

/** Undefined when `fetch` goes by an agent of somebody's choice. */
function patientAgent(): object | undefined {
  const agent = globalAgent()
  if (typeof agent !== 'object' || agent === null) return undefined
  if (agent.constructor.name !== 'Agent' && agent.constructor.name !== 'EnvHttpProxyAgent') return undefined
  return new (agent.constructor as AgentClass)({ headersTimeout: 0, bodyTimeout: 0, proxyTunnel: false })
}
