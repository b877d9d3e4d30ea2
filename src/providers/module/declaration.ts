import { resolve } from 'node:path'
import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'what a provider of yours makes, from a file beside the blueprint',
  kind: 'any',
  isFreeUnlessSaid: true,
  codeFiles: ({ file }, baseFolder) => (typeof file === 'string' ? [resolve(baseFolder, file)] : []),
} satisfies ProviderDeclaration
