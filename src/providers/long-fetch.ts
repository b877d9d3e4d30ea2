/** Where Node's `fetch` keeps the agent that it sends requests with (undici, `lib/global.js`). */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

type AgentClass = new (options: { headersTimeout: number; bodyTimeout: number }) => object

let patient: object | undefined

/**
 * `fetch` without its own limit of five minutes until the first byte and between bytes. A model may think for
 * longer, and to ask again would be to pay again; how long an attempt may take is the blueprint's `timeout`.
 */
export const longFetch: typeof fetch = async (input, init) => {
  patient ??= patientAgent()
  return await fetch(input, patient === undefined ? init : ({ ...init, dispatcher: patient } as RequestInit))
}

/** Undefined when `fetch` goes by an agent of somebody's choice, a proxy's for instance. */
function patientAgent(): object | undefined {
  // Node loads its HTTP client, and sets the agent, when one of its classes is first touched.
  void Response
  const agent = (globalThis as Record<symbol, unknown>)[GLOBAL_DISPATCHER]
  if (typeof agent !== 'object' || agent === null || agent.constructor.name !== 'Agent') return undefined
  return new (agent.constructor as AgentClass)({ headersTimeout: 0, bodyTimeout: 0 })
}
