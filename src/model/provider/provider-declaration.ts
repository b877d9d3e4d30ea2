import type { FormerKeys } from '../json/present-keys.js'
import type { JsonObject } from '../json.js'
import type { GenAiCall } from '../telemetry/gen-ai-call.js'
import type { Price } from './price.js'
import type { ProduceRequest } from './provider.js'

/**
 * Where a provider's work is done. `service`: it calls one over a network; `queue`: it leaves work with one that
 * takes its time, so that latency and errors say nothing of its load; `local`: it works on this machine; `any`: that
 * depends on what it loads.
 */
type ProviderKind = 'service' | 'queue' | 'local' | 'any'

/**
 * What a built-in provider says of itself in `src/providers/<name>/declaration.ts`. Read at every start, so it
 * imports nothing of weight; the code beside it is loaded with the first job, or to check a config.
 */
export interface ProviderDeclaration {
  /** One line of the documentation: what it makes, and with what. */
  readonly summary: string
  readonly kind: ProviderKind
  /** What a job costs where the user does not say; undefined: only the user knows. */
  readonly price?: (config: JsonObject) => Price
  /** It runs the user's own code: a job costs nothing unless the code says so. */
  readonly isFreeUnlessSaid?: boolean
  /** What its calls are, for telemetry; undefined: no calls of a model. */
  readonly genAi?: (request: Pick<ProduceRequest, 'model' | 'config' | 'outputs'>) => GenAiCall | undefined
  /** Keys of its config that had another name in an earlier version, and still may. */
  readonly formerKeys?: FormerKeys
  /** Files of the user's that are its code, as absolute paths: a change of one regenerates the artifacts. */
  readonly codeFiles?: (config: JsonObject, baseFolder: string) => readonly string[]
}

/** A built-in provider: its folder's name, and what it declares. */
export interface BuiltinProvider extends ProviderDeclaration {
  readonly name: string
}
