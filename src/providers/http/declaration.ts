import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'any HTTP API, by configuration',
  kind: 'service',
  formerKeys: { cost: 'costUsd' },
} satisfies ProviderDeclaration
