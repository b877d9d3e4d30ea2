import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'
import { genAiCall } from './gen-ai-call.js'

export default {
  summary: 'models of OpenAI, Anthropic, Google and others, and of any OpenAI-compatible service',
  kind: 'service',
  genAi: genAiCall,
} satisfies ProviderDeclaration
