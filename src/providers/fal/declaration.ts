import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'models on fal',
  kind: 'service',
  genAi: ({ model }) => ({ operation: 'generate_content', provider: 'fal', model }),
} satisfies ProviderDeclaration
