import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'made-up results, with the delays and failures of a service',
  kind: 'any',
  formerKeys: { cost: 'costUsd' },
  price: ({ costUsd }) => ({ perCall: typeof costUsd === 'number' ? costUsd : 0 }),
} satisfies ProviderDeclaration
