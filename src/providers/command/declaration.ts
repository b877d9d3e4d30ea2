import { join, resolve } from 'node:path'
import type { JsonObject } from '../../model/json.js'
import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default {
  summary: 'local programs',
  kind: 'local',
  price: () => ({}),
  codeFiles: programFiles,
} satisfies ProviderDeclaration

/** `./draw.sh`, and `{{baseFolder}}/draw.py` among the arguments. */
function programFiles({ command, args }: JsonObject, baseFolder: string): string[] {
  const program = typeof command === 'string' && command.includes('/') ? [resolve(baseFolder, command)] : []
  const named = (Array.isArray(args) ? args : []).flatMap(arg => {
    const path =
      typeof arg === 'string' ? /^\{\{\{?\s*baseFolder\s*\}?\}\}\/([^{}]+)$/.exec(arg)?.[1] : undefined
    return path === undefined ? [] : [join(baseFolder, path)]
  })
  return [...program, ...named]
}
