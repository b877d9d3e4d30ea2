import type { Provider } from './provider.js'
import { ProviderError } from './provider-error.js'

/**
 * Imports a provider's module. Its provider is the default export (an object with `produce`, or the function
 * itself), or the export named `produce`.
 * @param name for messages
 * @throws ProviderError `invalid`
 */
export async function importProvider(name: string, specifier: string): Promise<Provider> {
  let namespace: unknown
  try {
    namespace = await import(specifier)
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new ProviderError(
      'invalid',
      `Provider "${name}" could not be loaded from ${specifier}: ${reason}`,
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
