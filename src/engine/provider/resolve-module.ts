import { existsSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { BUILTIN_NAMES, builtinNamed, specifierOf } from './builtin-modules.js'

const BUILTIN_PREFIX = 'builtin:'
/** As Node's `import` has them; `module-sync` from the version that knows it. */
const IMPORT_CONDITIONS = new Set(['node', 'import', 'module-sync'])

/**
 * The file URL of a provider's module, so that every thread can import it: `builtin:simulate`, a path
 * relative to `folder`, a file URL, or a package that is installed for `folder`. The bare name of a built-in provider
 * is refused.
 * @throws ShowrunnerError `CONFIG_INVALID` when there is no such module
 */
export async function resolveModule(provider: string, module: string, folder: string): Promise<string> {
  if (module.startsWith(BUILTIN_PREFIX)) return resolveBuiltin(provider, module.slice(BUILTIN_PREFIX.length))
  if (/^\.{1,2}[\\/]/.test(module) || isAbsolute(module) || module.startsWith('file:')) {
    const path = module.startsWith('file:') ? pathOfUrl(provider, module) : resolve(folder, module)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile()) return pathToFileURL(path).href
    const problem = found === undefined ? 'does not exist' : 'is not a file'
    throw invalid(provider, `its module ${path} ${problem}. Paths start from the folder of the config.`)
  }
  // A package of that name is what the provider calls (ai, replicate), and no provider.
  if (builtinNamed(module) !== undefined)
    throw invalid(
      provider,
      `"${module}" as a module is a package. For the built-in provider write "${BUILTIN_PREFIX}${module}".`,
    )
  if (isBuiltin(module)) throw invalid(provider, `"${module}" is a module of Node, not a provider.`)
  return await resolvePackage(provider, module, folder)
}

function pathOfUrl(provider: string, url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    throw invalid(provider, `${url} is not the URL of a file on this machine.`)
  }
}

function resolveBuiltin(provider: string, name: string): string {
  const builtin = builtinNamed(name)
  if (builtin !== undefined) return specifierOf(builtin)
  const known = BUILTIN_NAMES.map(each => BUILTIN_PREFIX + each)
  throw invalid(provider, unknownNameText('built-in provider', BUILTIN_PREFIX + name, known))
}

/** As `import` in a file of the folder would find it. What only `require` finds can be imported by its file, too. */
async function resolvePackage(provider: string, name: string, folder: string): Promise<string> {
  const { moduleResolve } = await import('import-meta-resolve')
  const from = join(folder, 'config.js')
  try {
    const { protocol, href } = moduleResolve(name, pathToFileURL(from), IMPORT_CONDITIONS)
    if (protocol === 'file:') return href
    throw invalid(provider, `${name} is not the URL of a file on this machine.`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'CONFIG_INVALID') throw error
    if (code === 'ERR_INVALID_PACKAGE_CONFIG') throw invalid(provider, message)
    const path = requiredFile(name, from)
    if (path !== undefined) return pathToFileURL(path).href
    const hint = existsSync(resolve(folder, name)) ? ` For the file of that name write "./${name}".` : ''
    throw invalid(provider, `package "${name}" cannot be resolved from ${folder} (${code}).${hint}`)
  }
}

function requiredFile(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

const invalid = (provider: string, problem: string): ShowrunnerError =>
  new ShowrunnerError('CONFIG_INVALID', `Provider "${provider}": ${problem}`)
