import { builtinModule } from '../../model/compiled-module.js'
import type { BuiltinProvider } from '../../model/provider/provider-declaration.js'
import { BUILTIN_PROVIDERS } from '../../providers/builtin-providers.js'

/** The file URL of its code. */
export const specifierOf = ({ name }: BuiltinProvider): string => builtinModule(name)

const byName = new Map(BUILTIN_PROVIDERS.map(provider => [provider.name, provider]))
const bySpecifier = new Map(BUILTIN_PROVIDERS.map(provider => [specifierOf(provider), provider]))

/** In order. */
export const BUILTIN_NAMES: readonly string[] = [...byName.keys()]

export const builtinNamed = (name: string): BuiltinProvider | undefined => byName.get(name)

/** The built-in provider that a module is. */
export const builtinAt = (specifier: string): BuiltinProvider | undefined => bySpecifier.get(specifier)
