import type { SpeechModel } from 'ai'
import { mimeName } from '../../model/media/mime-type.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { promptText } from '../kit/language/build-prompt.js'
import { type AiCall, callOptions, report } from './ai-call.js'
import { singleValue } from './single-output.js'

const FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
  'audio/ogg': 'opus',
  'audio/opus': 'opus',
  'audio/pcm': 'pcm',
  'audio/l16': 'pcm',
}

/** The prompt, spoken. */
export async function generateSpeech(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const { name, type } = singleValue(call, type => type.startsWith('audio/'))
  const text = await promptText(config, request, context)
  const outputFormat = config.outputFormat ?? FORMATS[mimeName(type)]
  const result = await sdk.experimental_generateSpeech({
    ...callOptions(call),
    model: vendor.model<SpeechModel>('speechModel'),
    text,
    ...(outputFormat !== undefined && { outputFormat }),
    ...(config.voice !== undefined && { voice: config.voice }),
    ...(config.instructions !== undefined && { instructions: config.instructions }),
    ...(config.speed !== undefined && { speed: config.speed }),
    ...(config.language !== undefined && { language: config.language }),
  })
  report(call, result)
  // What the SDK cannot tell it calls audio/mp3; the engine looks for itself.
  const { uint8Array: bytes, mediaType: mimeType } = result.audio
  return {
    outputs: { [name]: { bytes, mimeType } },
    usage: { characters: text.length },
  }
}
