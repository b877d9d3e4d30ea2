import type { ImageModel } from 'ai'
import { isTextMime } from '../../model/media/mime-type.js'
import { countsOf } from '../../model/provider/price.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { attachedBlobs, promptText } from '../kit/language/build-prompt.js'
import { withFeedback } from '../kit/language/feedback-messages.js'
import { type AiCall, callOptions, report } from './ai-call.js'
import { singleOutput } from './single-output.js'

/** Images from a prompt, and from the images among the inputs when there are any. */
export async function generateImage(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const { name, count } = singleOutput(call, type => !isTextMime(type))
  const text = withFeedback(await promptText(config, request, context), context)
  const images = await Promise.all(attachedBlobs(config, request).map(blob => context.read(blob)))
  const result = await sdk.generateImage({
    ...callOptions(call),
    model: vendor.model<ImageModel>('imageModel'),
    prompt: images.length === 0 ? text : { text, images },
    n: count ?? 1,
    ...(config.size !== undefined && { size: config.size as `${number}x${number}` }),
    ...(config.aspectRatio !== undefined && { aspectRatio: config.aspectRatio as `${number}:${number}` }),
    ...(config.seed !== undefined && { seed: config.seed }),
  })
  report(call, result)
  const made = result.images.map(({ uint8Array, mediaType }) => ({ bytes: uint8Array, mimeType: mediaType }))
  const { inputTokens, outputTokens } = result.usage
  return {
    outputs: { [name]: count === undefined ? made[0]! : made },
    usage: countsOf({ images: made.length, inputTokens, outputTokens }),
  }
}
