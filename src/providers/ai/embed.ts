import type { EmbeddingModel } from 'ai'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { countsOf } from '../../model/provider/price.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { promptText } from '../kit/language/build-prompt.js'
import { type AiCall, callOptions, report } from './ai-call.js'
import { singleOutput } from './single-output.js'

/** Lists of numbers: one for the prompt, or one for each text of the input `texts`. */
export async function embed(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const { name, count } = singleOutput(call, type => type === 'json')
  const { texts } = request.inputs
  const isMany = texts !== undefined
  if (isMany && !(Array.isArray(texts) && texts.every(text => typeof text === 'string')))
    throw invalid('the input "texts" must be a list of texts.')
  const values = isMany ? (texts as string[]) : [await promptText(config, request, context)]
  if (count !== undefined && count !== values.length)
    throw invalid(`output "${name}" has ${count} elements, but there are ${values.length} texts.`)
  const result = await sdk.embedMany({
    ...callOptions(call),
    model: vendor.model<EmbeddingModel>('embeddingModel'),
    values,
  })
  report(call, result)
  const { embeddings, usage } = result
  return {
    outputs: { [name]: isMany || count !== undefined ? embeddings : embeddings[0]! },
    usage: countsOf({ inputTokens: usage.tokens }),
  }
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider ai: ${problem}`)
