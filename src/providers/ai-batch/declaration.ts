import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'
import { genAiCall } from '../ai/gen-ai-call.js'

export default {
  summary: 'batch APIs of OpenAI, Anthropic and Google, at half the price and within a day',
  kind: 'queue',
  genAi: genAiCall,
} satisfies ProviderDeclaration
