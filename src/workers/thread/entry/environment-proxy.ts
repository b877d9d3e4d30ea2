import { ProviderError } from '../../../model/provider/failure/provider-error.js'

const VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']

/**
 * Sends the requests of this thread by the proxies that the customary variables name (`HTTP_PROXY`,
 * `HTTPS_PROXY`, with the exceptions of `NO_PROXY`; lower case goes first), whoever makes them by `fetch`. Node
 * does it by itself from version 24 on, and only when told to.
 *
 * @throws ProviderError `invalid` for a variable that is no URL of a proxy
 */
export async function useEnvironmentProxies(environment: NodeJS.ProcessEnv): Promise<void> {
  const name = VARIABLES.find(variable => environment[variable])
  if (name === undefined) return
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici')
  // Node's `fetch` reads its dispatcher from a symbol that undici shares with it, and sets its own when first touched.
  void Response
  try {
    // A proxy for plain HTTP often allows no tunnel to its port.
    setGlobalDispatcher(new EnvHttpProxyAgent({ proxyTunnel: false }))
  } catch (cause) {
    throw new ProviderError(
      'invalid',
      `${name} is no URL of a proxy such as http://proxy.example:3128. Fix the variable, or unset it.`,
      { cause },
    )
  }
}
