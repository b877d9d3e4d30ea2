import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'models on Replicate',
  kind: 'service',
  genAi: ({ model }) => ({ operation: 'generate_content', provider: 'replicate', model }),
} satisfies ProviderDeclaration
