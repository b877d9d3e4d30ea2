/**
 * What a provider module needs of this package, `showrunner/provider`: small, since every worker thread
 * that loads the module loads it too.
 */

export type {
  CheckContext,
  CheckFindings,
  CheckFunction,
  CheckRequest,
} from './model/check/check-module.js'
export { parseJson } from './model/json/parse-json.js'
export type { JsonObject, JsonValue } from './model/json.js'
export { decodeText, NotTextError } from './model/media/decode-text.js'
export type { BlobRef } from './model/movie/event.js'
export {
  type CheckedRequest,
  defineProvider,
  type ProviderDefinition,
} from './model/provider/define-provider.js'
export {
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorOptions,
} from './model/provider/failure/provider-error.js'
export { type FailedResponse, responseError } from './model/provider/failure/response-error.js'
export type { Feedback } from './model/provider/feedback.js'
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
} from './model/provider/provider.js'
export type { HeaderSource } from './model/provider/rate-limit.js'
export type { SettingsMistake, SettingsRequest } from './model/provider/settings-check.js'
export type { StandardSchema } from './model/provider/standard-schema.js'
