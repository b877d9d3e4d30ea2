import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { OutputRequest } from '../../model/provider/provider.js'
import type { AiCall } from './ai-call.js'

/**
 * The only output of a producer, whose type this task makes.
 * @throws ProviderError `invalid` when there are others
 */
export function singleOutput(
  { request }: AiCall,
  isMade: (type: string) => boolean,
): OutputRequest & { readonly name: string } {
  const entries = Object.entries(request.outputs)
  const [name, output] = entries[0]!
  if (entries.length === 1 && isMade(output.type)) return { name, ...output }
  const listed = entries.map(([each, { type }]) => `${each}: ${type}`).join(', ')
  throw new ProviderError(
    'invalid',
    `Provider ai: this task makes one output of another type, not ${listed}.`,
  )
}

/** The same for an output without a loop. */
export function singleValue(call: AiCall, isMade: (type: string) => boolean) {
  const output = singleOutput(call, isMade)
  if (output.count === undefined) return output
  throw new ProviderError('invalid', `Provider ai: this task makes one value, but ${output.name} has a loop.`)
}
