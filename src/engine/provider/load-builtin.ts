import type { Provider } from '../../model/provider/provider.js'
import type { BuiltinProvider } from '../../model/provider/provider-declaration.js'
import { importProvider } from '../../model/provider/provider-module.js'
import { specifierOf } from './builtin-modules.js'

/**
 * Loads a built-in provider's code into this thread, to ask what it thinks of a config. Jobs load the same file in
 * theirs. The bundle of the command has the code in itself, beside the packages that both need.
 */
export const loadBuiltin = (builtin: BuiltinProvider): Promise<Provider> =>
  importProvider(builtin.name, specifierOf(builtin))
