import type { JsonObject } from '../../../model/json.js'

/** Fields of a config that say where a provider's service is. */
const ADDRESSES = ['baseUrl', 'url', 'queueUrl', 'file'] as const

/**
 * Names what answers or fails as a whole: the account at a provider, the model, and the address where the config has
 * one. Producers with the same name learn from each other whether their service answers.
 */
export function endpointName(account: string, model: string | undefined, config: JsonObject): string {
  return [account, model, ...ADDRESSES.map(field => addressOf(config[field]))]
    .filter(part => part !== undefined)
    .join(' ')
}

/** The origin of a URL, without what a template or a key adds to it; a file as it is. */
function addressOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const origin = /^https?:\/\/[^/?#@{}\s]+(?=[/?#]|$)/.exec(value)?.[0]
  return origin ?? (/[{}:]/.test(value) ? undefined : value)
}
