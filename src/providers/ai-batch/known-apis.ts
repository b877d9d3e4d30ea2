import { canonicalJson, type JsonValue } from '../../model/json.js'
import type { BatchApi } from '../kit/batch/batch-api.js'

/** More sets of credentials than this at once in one thread are a sign that something makes them up. */
const API_LIMIT = 1_000

/** APIs of one vendor by what they are made of: jobs with the same credentials and model share one. */
export class KnownApis {
  readonly #apis = new Map<string, BatchApi>()

  of(settings: JsonValue, create: () => BatchApi): BatchApi {
    const key = canonicalJson(settings)
    let api = this.#apis.get(key)
    if (api === undefined) {
      api = create()
      if (this.#apis.size >= API_LIMIT) this.#apis.clear()
      this.#apis.set(key, api)
    }
    return api
  }
}
