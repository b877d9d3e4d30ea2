import type { TranscriptionModel } from 'ai'
import type { JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { countsOf } from '../../model/provider/price.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { attachedBlobs } from '../kit/language/build-prompt.js'
import { type AiCall, callOptions, report } from './ai-call.js'
import { singleValue } from './single-output.js'

/** What is said in the only blob among the inputs: its text, or for a `json` output its segments as well. */
export async function transcribe(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const { name, type } = singleValue(
    call,
    type => type === 'text' || type === 'json' || type.startsWith('text/'),
  )
  const blobs = attachedBlobs(config, request)
  if (blobs.length !== 1) {
    throw new ProviderError(
      'invalid',
      `Provider ai: a transcription is of one recording, but the inputs have ${blobs.length}. config.attach names the right one.`,
    )
  }
  const result = await sdk.experimental_transcribe({
    ...callOptions(call),
    model: vendor.model<TranscriptionModel>('transcriptionModel'),
    audio: await context.read(blobs[0]!),
  })
  report(call, result)
  const { text, segments, language, durationInSeconds } = result
  const details: JsonValue = {
    text,
    segments: segments.map(segment => ({ ...segment })),
    ...(language !== undefined && { language }),
    ...(durationInSeconds !== undefined && { durationInSeconds }),
  }
  return {
    outputs: { [name]: type === 'json' ? details : text },
    usage: countsOf({ seconds: durationInSeconds }),
  }
}
