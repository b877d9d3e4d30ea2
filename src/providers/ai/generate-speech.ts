import type { SpeechModel } from 'ai'
import { mimeEssence } from '../../model/mime-type.js'
import type { ProduceResult } from '../../model/provider.js'
import { promptText } from '../language/build-prompt.js'
import { type AiCall, callOptions, report } from './ai-call.js'
import { singleValue } from './single-output.js'

const FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
  'audio/ogg': 'opus',
  'audio/opus': 'opus',
}
/** Other names for the same. */
const MIME_TYPES: Readonly<Record<string, string>> = { 'audio/mp3': 'audio/mpeg', 'audio/x-wav': 'audio/wav' }

/** The prompt, spoken. */
export async function generateSpeech(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const { name, type } = singleValue(call, type => type.startsWith('audio/'))
  const text = await promptText(config, request, context)
  const outputFormat = config.outputFormat ?? FORMATS[mimeEssence(type)]
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
  const { uint8Array: bytes, mediaType } = result.audio
  return {
    outputs: { [name]: { bytes, mimeType: MIME_TYPES[mediaType] ?? mediaType } },
    usage: { characters: text.length },
  }
}
