/**
 * What a provider module needs of this package, `showrunner/provider`: small, since every worker thread
 * that loads the module loads it too.
 */
export type { BlobRef } from './model/event.js'
export type { JsonObject, JsonValue } from './model/json.js'
export { parseJson } from './model/parse-json.js'
export type {
  CheckpointOptions,
  InputValue,
  LogLevel,
  OutputBytes,
  OutputRequest,
  OutputValue,
  ProduceContext,
  ProduceFunction,
  ProduceRequest,
  ProduceResult,
  Provider,
} from './model/provider.js'
export { ProviderError, type ProviderErrorCode, type ProviderErrorOptions } from './model/provider-error.js'
export type { HeaderSource } from './model/rate-limit.js'
export { type FailedResponse, responseError } from './model/response-error.js'
export type { SettingsMistake, SettingsRequest } from './model/settings-check.js'
