import { builtinModule } from '../../model/compiled-module.js'
import type { ProviderCode } from '../../model/job.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { Provider } from '../../model/provider/provider.js'
import { importProvider } from '../../model/provider/provider-module.js'

type ModuleCode = Extract<ProviderCode, { type: 'module' }>

/** Provider modules of this thread, each loaded once. A failed load is tried again by the next job. */
export class ProviderModules {
  readonly #loaded = new Map<string, Provider>()
  readonly #loading = new Map<string, Promise<Provider>>()
  #configured: Readonly<Record<string, string>> = {}

  /** Says where the modules of configured providers are: file URLs by provider name. */
  configure(configured: Readonly<Record<string, string>>): void {
    this.#configured = configured
  }

  /** The provider, when its module is loaded already. */
  loaded(code: ModuleCode): Provider | undefined {
    return this.#loaded.get(keyOf(code))
  }

  /** @throws ProviderError `invalid` */
  load(code: ModuleCode): Promise<Provider> {
    const key = keyOf(code)
    let loading = this.#loading.get(key)
    if (loading === undefined) {
      loading = importProvider(code.name, this.#specifierOf(code))
        .then(provider => {
          this.#loaded.set(key, provider)
          return provider
        })
        .finally(() => this.#loading.delete(key))
      this.#loading.set(key, loading)
    }
    return loading
  }

  #specifierOf({ name, builtin }: ModuleCode): string {
    if (builtin !== undefined) return builtinModule(builtin)
    const specifier = Object.hasOwn(this.#configured, name) ? this.#configured[name] : undefined
    if (specifier !== undefined) return specifier
    throw new ProviderError('invalid', `Provider "${name}" has no module here. Add it to the config.`)
  }
}

const keyOf = ({ name, builtin }: ModuleCode): string => (builtin === undefined ? name : `builtin:${builtin}`)
