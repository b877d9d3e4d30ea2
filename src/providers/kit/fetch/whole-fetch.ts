import { hidingCodings, wholeBody } from './whole-body.js'

/** Where Node's `fetch` keeps the agent that it sends requests with (undici, `lib/global.js`). */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

/** The agent that `fetch` sends requests with. */
export function globalAgent(): unknown {
  // Node loads its HTTP client, and sets the agent, when one of its classes is first touched.
  void Response
  return (globalThis as Record<symbol, unknown>)[GLOBAL_DISPATCHER]
}

/** `fetch` by an agent, whose bodies fail where they were cut while they were compressed. */
export const fetchBy =
  (agent: unknown): typeof fetch =>
  async (input, init) => {
    const dispatcher = hidingCodings(agent)
    return wholeBody(
      await fetch(input, dispatcher === undefined ? init : ({ ...init, dispatcher } as object)),
    )
  }

/** `fetch` as it is, but for {@link fetchBy}. */
export const wholeFetch: typeof fetch = async (input, init) => await fetchBy(globalAgent())(input, init)
