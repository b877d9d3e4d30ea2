import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Each folder of src/providers with a declaration.ts is a built-in provider: its name is the folder's, its code is the
// file of that name. Writes the list that the engine reads, so that nobody keeps one.

const root = fileURLToPath(new URL('../src/providers/', import.meta.url))
const list = `${root}builtin-providers.ts`

/** Names of the built-in providers, in order. */
export function providerNames() {
  const names = readdirSync(root).filter(name => existsSync(`${root}${name}/declaration.ts`))
  for (const name of names) {
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      throw new Error(`A provider's folder is in kebab-case, not "${name}".`)
    if (!existsSync(`${root}${name}/${name}.ts`))
      throw new Error(`The provider ${name} has a declaration, but no code: src/providers/${name}/${name}.ts`)
  }
  return names.sort()
}

/** @param {readonly string[]} names */
function listOf(names) {
  const variable = (/** @type {string} */ name) => name.replace(/-./g, pair => pair[1].toUpperCase())
  return `// Written by scripts/list-providers.mjs with each build, and not part of the repository.
import type { BuiltinProvider } from '../model/provider/provider-declaration.js'
${names.map(name => `import ${variable(name)} from './${name}/declaration.js'`).join('\n')}

export const BUILTIN_PROVIDERS: readonly BuiltinProvider[] = [
${names.map(name => `  { name: '${name}', ...${variable(name)} },`).join('\n')}
]
`
}

/** Writes the list when the folders say something else than it does. */
function listProviders() {
  const text = listOf(providerNames())
  if (!existsSync(list) || readFileSync(list, 'utf8') !== text) writeFileSync(list, text)
}

listProviders()
