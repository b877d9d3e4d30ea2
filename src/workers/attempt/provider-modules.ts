import type { ProviderSource } from '../../model/job.js'
import type { Provider } from '../../model/provider/provider.js'
import { importProvider } from '../../model/provider/provider-module.js'

type ModuleSource = Extract<ProviderSource, { type: 'module' }>

/** Provider modules of this thread, each loaded once. A failed load is tried again by the next job. */
export class ProviderModules {
  readonly #loaded = new Map<string, Provider>()
  readonly #loading = new Map<string, Promise<Provider>>()

  /** The provider, when its module is loaded already. */
  loaded({ specifier }: ModuleSource): Provider | undefined {
    return this.#loaded.get(specifier)
  }

  /** @throws ProviderError `invalid` */
  load({ name, specifier }: ModuleSource): Promise<Provider> {
    let loading = this.#loading.get(specifier)
    if (loading === undefined) {
      loading = importProvider(name, specifier)
        .then(provider => {
          this.#loaded.set(specifier, provider)
          return provider
        })
        .finally(() => this.#loading.delete(specifier))
      this.#loading.set(specifier, loading)
    }
    return loading
  }
}
