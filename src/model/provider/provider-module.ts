import { fileURLToPath } from 'node:url'
import { compiledModule } from '../compiled-module.js'
import { BUNDLE_FILES, loadWithRoom } from '../shortage/room-for-files.js'
import { ProviderError } from './failure/provider-error.js'
import type { Provider } from './provider.js'

const SYNTAX_CHECK_MS = 5_000

/**
 * Imports a provider's module. Its provider is the default export (an object with `produce`, or the function
 * itself), or the export named `produce`.
 * @param name for messages
 * @throws ProviderError `invalid`
 */
export async function importProvider(name: string, specifier: string): Promise<Provider> {
  let namespace: unknown
  try {
    namespace = await loadWithRoom(() => import(specifier), isOwn(specifier) ? BUNDLE_FILES : undefined)
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const hint = await loadHint(specifier, cause)
    throw new ProviderError(
      'invalid',
      `Provider "${name}" could not be loaded from ${specifier}: ${reason}${hint}`,
      {
        cause,
      },
    )
  }
  const provider = providerOf(namespace)
  if (provider !== undefined) return provider
  throw new ProviderError(
    'invalid',
    `Provider "${name}" (${specifier}) must export a function or an object with produce() as its default, or a function named produce.`,
  )
}

/** What helps with a module that cannot be loaded: the place of a syntax error, or how TypeScript is loaded. */
async function loadHint(specifier: string, cause: unknown): Promise<string> {
  if (
    (cause as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION' &&
    /\.[cm]?tsx?$/.test(specifier)
  )
    return '. This version of Node loads no TypeScript: use Node 22.18 or newer, which strips types, compile the module to JavaScript, or register a loader (NODE_OPTIONS="--import tsx")'
  if (!(cause instanceof SyntaxError) || !specifier.startsWith('file:')) return ''
  const place = await syntaxErrorPlace(fileURLToPath(specifier))
  return place === undefined ? '' : `, at ${place}`
}

/** Node keeps the place of a syntax error to itself, but for the error that ends a process. */
async function syntaxErrorPlace(path: string): Promise<string | undefined> {
  const { execFile } = await import('node:child_process')
  const stderr = await new Promise<string>(resolve => {
    const options = { timeout: SYNTAX_CHECK_MS, env: {} }
    execFile(process.execPath, ['--check', path], options, (_error, _stdout, text) => resolve(text))
  })
  return /^(?:file:\/\/)?(.+:\d+)$/m.exec(stderr)?.[1]
}

const isOwn = (specifier: string): boolean => specifier.startsWith(compiledModule('thread/'))

/** A provider given as an object with `produce` or as the function itself. */
export function asProvider(value: unknown): Provider | undefined {
  if (typeof value === 'function') return { produce: value as Provider['produce'] }
  if (typeof value !== 'object' || value === null) return undefined
  return typeof (value as Partial<Provider>).produce === 'function' ? (value as Provider) : undefined
}

/** The provider that a module exports, of what `import()` gave. */
export function providerOf(namespace: unknown): Provider | undefined {
  if (typeof namespace !== 'object' || namespace === null) return undefined
  const exported = namespace as { default?: unknown; produce?: unknown }
  // A CommonJS module compiled from ESM keeps its own `default` inside the default export.
  return asProvider(exported.default) ?? asProvider(exported.produce) ?? providerOf(exported.default)
}
