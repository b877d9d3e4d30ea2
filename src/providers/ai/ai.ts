import type { ProduceResult } from '../../model/provider/provider.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { promptMistakes, promptTemplates } from '../kit/language/prompt-mistakes.js'
import { shapeMistakes } from '../kit/language/shape-mistakes.js'
import { rejectUnusable } from '../kit/language/unusable-answer.js'
import { loadPackage } from '../kit/sdk/optional-package.js'
import type { AiCall, AiSdk } from './ai-call.js'
import { type AiTask, aiConfigSchema } from './ai-config.js'
import { aiError } from './ai-error.js'
import { embed } from './embed.js'
import { generateImage } from './generate-image.js'
import { generateSpeech } from './generate-speech.js'
import { generateText } from './generate-text.js'
import { transcribe } from './transcribe.js'
import { usualTask } from './usual-task.js'
import { vendorOf } from './vendor.js'

const TASKS: Readonly<Record<AiTask, (call: AiCall) => Promise<ProduceResult>>> = {
  text: generateText,
  image: generateImage,
  speech: generateSpeech,
  transcription: transcribe,
  embedding: embed,
}

/**
 * Calls models of many vendors by the AI SDK (npm `ai`): `openai/gpt-5-mini`, `anthropic/…`, `google/…`, or
 * any OpenAI-compatible service. The vendor's package is loaded on its first use.
 */
const ai = configuredProvider('ai', aiConfigSchema, {
  look: {
    templates: promptTemplates,
    more: (config, request) => [
      ...promptMistakes(config, request),
      ...((config.task ?? usualTask(request.outputs)) === 'text' ? shapeMistakes(config, request) : []),
    ],
  },
  async produce(config, request, context) {
    const run = TASKS[config.task ?? usualTask(request.outputs)]
    try {
      const sdk = await loadPackage<AiSdk>('ai', { name: 'ai', version: '6' }, request.baseFolder)
      // Warnings go to the run's log; on its own the SDK prints them, for every call.
      globalThis.AI_SDK_LOG_WARNINGS ??= false
      const vendor = await vendorOf(sdk, request, config)
      return await run({ sdk, vendor, config, request, context })
    } catch (error) {
      throw await rejectUnusable(aiError(error, context), context)
    }
  },
})
export default ai
