import type { ProducerSpec } from '../../blueprint/blueprint.js'
import { canonicalJson, type JsonObject } from '../../model/json.js'
import { withoutSecrets } from '../../model/secret/secret-reference.js'
import { sha256 } from '../../model/sha256.js'
import type { Family } from '../geometry/family.js'

/** What of a provider's set-up decides its results. */
export interface ResultSettings {
  readonly name: string
  readonly model: string | undefined
  /** The provider's config, overridden by the blueprint's. */
  readonly config: JsonObject
  /** Tells its code from what it was; absent: nothing is known of it. Letters and digits; a name of the user's begins with `v`. */
  readonly code?: string | undefined
}

export type SettingsOf = (producer: ProducerSpec) => ResultSettings

/** What of a producer's set-up decides its results, as it is hashed. */
export function hashedSettings(family: Family, settings: ResultSettings): JsonObject {
  return {
    provider: settings.name,
    model: settings.model ?? null,
    version: family.producer.version ?? null,
    config: withoutSecrets(settings.config),
    outputs: Object.fromEntries(
      family.outputs.map(({ spec, count }) => [
        spec.name,
        spec.loops.length > 0 ? `${spec.type}[${count}]` : spec.type,
      ]),
    ),
  }
}

/** Digests of the parts by their names, such as `model` and `config.temperature`: enough to say which one changed. */
export interface SettingsParts {
  /** Of the whole, as it stands in the digests of jobs. */
  readonly digest: string
  readonly parts: Readonly<Record<string, string>>
}

export function settingsParts(family: Family, settings: ResultSettings): SettingsParts {
  const { config, ...rest } = hashedSettings(family, settings)
  const named = [
    ...Object.entries(rest),
    ...Object.entries(config as JsonObject).map(([key, value]) => [`config.${key}`, value] as const),
  ]
  const digest = (value: unknown) => sha256(canonicalJson(value as JsonObject)).slice(0, 8)
  return {
    digest: digest(hashedSettings(family, settings)),
    parts: Object.fromEntries(named.map(([name, value]) => [name, digest(value)])),
  }
}

/** Names of the parts that differ. */
export function changedParts(before: SettingsParts, after: SettingsParts): string[] {
  const names = new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])
  return [...names].filter(name => before.parts[name] !== after.parts[name]).sort()
}
