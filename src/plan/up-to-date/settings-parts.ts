import type { ProducerSpec } from '../../blueprint/blueprint.js'
import { canonicalJson, type JsonObject } from '../../model/json.js'
import { withoutSecrets } from '../../model/secret/secret-reference.js'
import { sha256 } from '../../model/sha256.js'
import type { OutputShape } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'

/** What of a provider's set-up decides its results. */
export interface ResultSettings {
  readonly name: string
  readonly model: string | undefined
  /** The provider's config, overridden by the blueprint's. */
  readonly config: JsonObject
  /** Tells its code from what it was; absent: nothing is known of it. Letters and digits; a name of the user's begins with `v`. */
  readonly code?: string | undefined
  /** Of those that are asked next, in their order; absent: none. */
  readonly spares?: readonly ResultSettings[]
}

export type SettingsOf = (producer: ProducerSpec) => ResultSettings

/**
 * What of a producer's set-up decides its results, as it is hashed.
 * @param outputs of the job's block; undefined: how long the lists are that they are spread over is left open
 */
export function hashedSettings(
  { producer }: Pick<Family, 'producer'>,
  settings: ResultSettings,
  outputs: readonly OutputShape[] | undefined,
): JsonObject {
  return {
    provider: settings.name,
    model: settings.model ?? null,
    version: producer.version ?? null,
    config: withoutSecrets(settings.config),
    outputs: Object.fromEntries(
      [...producer.outputs.values()].map(({ name, type, loops }, at) => [
        name,
        loops.length > 0 ? `${type}[${outputs?.[at]?.count ?? ''}]` : type,
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
  const { config, ...rest } = hashedSettings(family, settings, family.whole?.outputs)
  const named = [
    ...Object.entries(rest),
    ...Object.entries(config as JsonObject).map(([key, value]) => [`config.${key}`, value] as const),
  ]
  const digest = (value: unknown) => sha256(canonicalJson(value as JsonObject)).slice(0, 8)
  return {
    digest: digest(hashedSettings(family, settings, family.whole?.outputs)),
    parts: Object.fromEntries(named.map(([name, value]) => [name, digest(value)])),
  }
}

/** Names of the parts that differ. */
export function changedParts(before: SettingsParts, after: SettingsParts): string[] {
  const names = new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])
  return [...names].filter(name => before.parts[name] !== after.parts[name]).sort()
}
