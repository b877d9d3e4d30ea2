import { followRedirects } from './follow-redirects.js'

/** Where Node's `fetch` keeps the agent that it sends requests with (undici, `lib/global.js`). */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

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
  const dispatcher = patient === undefined ? {} : ({ dispatcher: patient } as RequestInit)
  if (init.redirect === 'manual') return await fetch(input, { ...init, ...dispatcher })
  const request = input instanceof Request ? input : undefined
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const headers = Object.fromEntries(new Headers(init.headers ?? request?.headers))
  const url = new URL(input instanceof Request ? input.url : input)
  const signal = init.signal ?? request?.signal ?? null
  return await followRedirects({ url, headers }, method, async (hop, count) =>
    count === 0
      ? await fetch(input, { ...init, ...dispatcher, redirect: 'manual' })
      : await fetch(hop.url, { method, headers: hop.headers, signal, ...dispatcher, redirect: 'manual' }),
  )
}

/** Undefined when `fetch` goes by an agent of somebody's choice. */
function patientAgent(): object | undefined {
  // Node loads its HTTP client, and sets the agent, when one of its classes is first touched.
  void Response
  const agent = (globalThis as Record<symbol, unknown>)[GLOBAL_DISPATCHER]
  if (typeof agent !== 'object' || agent === null) return undefined
  if (agent.constructor.name !== 'Agent' && agent.constructor.name !== 'EnvHttpProxyAgent') return undefined
  return new (agent.constructor as AgentClass)({ headersTimeout: 0, bodyTimeout: 0, proxyTunnel: false })
}
