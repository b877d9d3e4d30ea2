import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'OpenAI’s batch API, at half the price and within a day',
  kind: 'queue',
  genAi: ({ model }) => ({ operation: 'chat', provider: 'openai', model }),
} satisfies ProviderDeclaration
