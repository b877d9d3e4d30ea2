import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default { summary: 'models on fal', kind: 'service' } satisfies ProviderDeclaration
