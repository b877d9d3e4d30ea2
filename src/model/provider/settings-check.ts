import type { JsonObject } from '../json.js'

/** What is known of a producer's jobs when a run is planned. */
export interface SettingsRequest {
  /** The provider's config, overridden by the blueprint's; secrets are still references. */
  readonly config: JsonObject
  /** The model that the blueprint or the config names. */
  readonly model: string | undefined
  /** Names under `with`. */
  readonly inputs: readonly string[]
  /** By name; a list is an output that is spread over a loop. */
  readonly outputs: Readonly<
    Record<
      string,
      {
        /** `text`, `json`, `number`, `boolean` or a MIME type. */
        readonly type: string
        /** The output is a list of artifacts. */
        readonly isList: boolean
      }
    >
  >
  /** Absolute folder that relative paths in `config` start from. */
  readonly baseFolder: string
}

/** One mistake in a `config`, found before anything is called. */
export interface SettingsMistake {
  /** Within the config. */
  readonly path: readonly (string | number)[]
  /** What is wrong, and what to write instead. */
  readonly message: string
  /** The path ends in a name that there is not. */
  readonly unknown?: {
    /** What kind of name it is, for the message. */
    readonly what: string
    /** The name that is not known. */
    readonly name: string
    /** The names that are. */
    readonly known: readonly string[]
  }
}
