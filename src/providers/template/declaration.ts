import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'text and JSON from the inputs, by Mustache templates',
  kind: 'local',
  price: () => ({}),
} satisfies ProviderDeclaration
