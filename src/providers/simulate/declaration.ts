import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'made-up results, with the delays and failures of a service',
  kind: 'any',
  price: ({ cost }) => ({ perCall: typeof cost === 'number' ? cost : 0 }),
} satisfies ProviderDeclaration
