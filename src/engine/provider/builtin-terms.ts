import type { JsonObject } from '../../model/json.js'
import type { Price } from '../../model/provider/price.js'
import type { BuiltinProvider } from './resolve-module.js'

/** What the engine knows of a built-in provider without being told. */
export interface BuiltinTerms {
  /**
   * `service`: calls one over a network; `queue`: leaves work with one that takes its time, so that latency and
   * errors say nothing of its load; `local`: works on this machine; `any`: depends on what it loads.
   */
  readonly kind: 'service' | 'queue' | 'local' | 'any'
  /** Undefined: the user has to say what it costs. */
  price(config: JsonObject): Price | undefined
}

const SERVICE: BuiltinTerms = { kind: 'service', price: () => undefined }
const LOCAL: BuiltinTerms = { kind: 'local', price: () => ({}) }

export const BUILTIN_TERMS: Readonly<Record<BuiltinProvider, BuiltinTerms>> = {
  ai: SERVICE,
  command: LOCAL,
  fal: SERVICE,
  http: SERVICE,
  module: { kind: 'any', price: () => undefined },
  'openai-batch': { kind: 'queue', price: () => undefined },
  replicate: SERVICE,
  simulate: {
    kind: 'any',
    price: ({ cost }) => ({ perCall: typeof cost === 'number' ? cost : 0 }),
  },
  template: LOCAL,
}
