import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'the best of several, by scores or by a judge',
  kind: 'local',
  price: () => ({}),
} satisfies ProviderDeclaration
