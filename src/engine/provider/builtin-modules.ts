import { compiledModule } from '../../model/compiled-module.js'
import type { BuiltinProvider } from '../../model/provider/provider-declaration.js'
import { BUILTIN_PROVIDERS } from '../../providers/builtin-providers.js'

const byName = new Map(BUILTIN_PROVIDERS.map(provider => [provider.name, provider]))
const bySpecifier = new Map(BUILTIN_PROVIDERS.map(provider => [specifierOf(provider), provider]))

/** In order. */
export const BUILTIN_NAMES: readonly string[] = [...byName.keys()]

export const builtinNamed = (name: string): BuiltinProvider | undefined => byName.get(name)

/** The built-in provider that a module is. */
export const builtinAt = (specifier: string): BuiltinProvider | undefined => bySpecifier.get(specifier)

/** The file URL of its code, bundled for the threads. */
export function specifierOf({ name }: BuiltinProvider): string {
  return compiledModule(`thread/${name}.js`)
}
