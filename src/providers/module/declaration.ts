import { resolve } from 'node:path'
import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'your own provider, in a file next to the blueprint',
  kind: 'any',
  isFreeUnlessSaid: true,
  codeFiles: ({ file }, baseFolder) => (typeof file === 'string' ? [resolve(baseFolder, file)] : []),
} satisfies ProviderDeclaration
