import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default { summary: 'models on Replicate', kind: 'service' } satisfies ProviderDeclaration
