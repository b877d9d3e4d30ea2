import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nearestName } from '../../diagnostics/nearest-name.js'
import { compiledModule } from '../../model/compiled-module.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { isJsonObject } from '../../model/json.js'

export const BUILTIN_PROVIDERS = [
  'ai',
  'command',
  'fal',
  'http',
  'module',
  'openai-batch',
  'replicate',
  'simulate',
  'template',
] as const
export type BuiltinProvider = (typeof BUILTIN_PROVIDERS)[number]

const BUILTIN_PREFIX = 'builtin:'
const IMPORT_CONDITIONS = ['node', 'import', 'module-sync', 'default']

export const isBuiltinProvider = (name: string): name is BuiltinProvider =>
  (BUILTIN_PROVIDERS as readonly string[]).includes(name)

export const builtinSpecifier = (name: BuiltinProvider): string => compiledModule(`thread/${name}.js`)

/** The built-in provider that a module is. */
export const builtinNameOf = (specifier: string): BuiltinProvider | undefined =>
  BUILTIN_PROVIDERS.find(name => builtinSpecifier(name) === specifier)

/**
 * The file URL of a provider's module, so that every thread can import it: `builtin:simulate`, a path
 * relative to `folder`, a file URL, or a package that is installed for `folder`.
 * @throws ShowrunnerError `CONFIG_INVALID` when there is no such module
 */
export function resolveModule(provider: string, module: string, folder: string): string {
  if (module.startsWith(BUILTIN_PREFIX)) return resolveBuiltin(provider, module.slice(BUILTIN_PREFIX.length))
  if (/^\.{1,2}[\\/]/.test(module) || isAbsolute(module) || module.startsWith('file:')) {
    const path = module.startsWith('file:') ? pathOfUrl(provider, module) : resolve(folder, module)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile()) return pathToFileURL(path).href
    const problem = found === undefined ? 'does not exist' : 'is not a file'
    throw invalid(provider, `its module ${path} ${problem}. Paths start from the folder of the config.`)
  }
  if (isBuiltin(module)) throw invalid(provider, `"${module}" is a module of Node, not a provider.`)
  return resolvePackage(provider, module, folder)
}

function pathOfUrl(provider: string, url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    throw invalid(provider, `${url} is not the URL of a file on this machine.`)
  }
}

function resolveBuiltin(provider: string, name: string): string {
  if (isBuiltinProvider(name)) return builtinSpecifier(name)
  const nearest = nearestName(name, BUILTIN_PROVIDERS)
  const hint = nearest === undefined ? '' : ` Did you mean "${BUILTIN_PREFIX}${nearest}"?`
  throw invalid(
    provider,
    `there is no built-in "${name}".${hint} There are: ${BUILTIN_PROVIDERS.join(', ')}.`,
  )
}

function resolvePackage(provider: string, name: string, folder: string): string {
  try {
    return pathToFileURL(createRequire(join(folder, 'config.js')).resolve(name)).href
  } catch (error) {
    // A package for `import` only has nothing to offer to `require`.
    const path = importEntry(provider, name, folder)
    if (path !== undefined) return pathToFileURL(path).href
    const code = (error as NodeJS.ErrnoException).code
    const hint = existsSync(resolve(folder, name)) ? ` For the file of that name write "./${name}".` : ''
    throw invalid(provider, `package "${name}" cannot be resolved from ${folder} (${code}).${hint}`)
  }
}

/** Node's package lookup for `import`, without patterns in `exports`. */
function importEntry(provider: string, name: string, folder: string): string | undefined {
  const match = /^((?:@[^/]+\/)?[^/]+)(\/.+)?$/.exec(name)
  if (match === null) return undefined
  for (let at = folder; ; at = dirname(at)) {
    const root = join(at, 'node_modules', match[1]!)
    if (existsSync(join(root, 'package.json'))) {
      const entry = importTarget(exportsOf(provider, join(root, 'package.json')), `.${match[2] ?? ''}`)
      return entry !== undefined && existsSync(join(root, entry)) ? join(root, entry) : undefined
    }
    if (dirname(at) === at) return undefined
  }
}

function exportsOf(provider: string, manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown } | null)?.exports
  } catch (error) {
    throw invalid(provider, `${manifest} cannot be read: ${(error as Error).message}`)
  }
}

function importTarget(exports: unknown, subpath: string): string | undefined {
  if (typeof exports === 'string') return subpath === '.' || subpath === '' ? exports : undefined
  if (!isJsonObject(exports)) return undefined
  if (Object.hasOwn(exports, subpath)) return importTarget(exports[subpath], '')
  for (const [condition, target] of Object.entries(exports)) {
    const found = IMPORT_CONDITIONS.includes(condition) ? importTarget(target, subpath) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const invalid = (provider: string, problem: string): ShowrunnerError =>
  new ShowrunnerError('CONFIG_INVALID', `Provider "${provider}": ${problem}`)
