import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { likelySecret } from '../../model/secret/secret-name.js'
import { withoutLikelySecrets } from '../../model/secret/without-likely-secrets.js'
import { environmentSecrets } from '../../workers/attempt/secret/redact.js'

const MASK = '[secret]'
/** Keys whose kind their beginning tells. */
const TELLING = /\b(sk|ghp|xox[abp])[-_][\w-]{12,}/g

/**
 * What a run's record may tell of its blueprint and inputs. Whoever puts a key there does not mean to copy it into
 * the store: texts below names of secrets are blanked out, and wherever they stand the secrets of the environment
 * and keys that tell by their beginning that they are some.
 */
export class RecordRedaction {
  readonly #secrets: readonly string[]
  /** By name of a field: asking for each cell of a table takes too long. */
  readonly #names = new Map<string, boolean>()

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#secrets = environmentSecrets(environment).map(secret => JSON.stringify(secret).slice(1, -1))
  }

  /** A blueprint without what its `config`, `with` and defaults of inputs hold of secrets. */
  definition(definition: JsonObject): JsonObject {
    const { producers, inputs } = definition
    return {
      ...definition,
      ...(isJsonObject(producers) && { producers: eachOf(producers, withoutSettings) }),
      ...(isJsonObject(inputs) && { inputs: eachOf(inputs, withoutDefault) }),
    }
  }

  /** An input's value, a row or an element. @param isSecret its name is one of a secret */
  value(value: unknown, isSecret = false): unknown {
    if (typeof value === 'string') return isSecret ? MASK : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(item => this.value(item, isSecret))
    const entries = Object.entries(value)
    const isTold = ([name, child]: [string, unknown]) =>
      !this.isSecretName(name) && (typeof child !== 'object' || child === null)
    // Most rows, as they are.
    if (!isSecret && entries.every(isTold)) return value
    return Object.fromEntries(
      entries.map(([name, child]) => [name, this.value(child, isSecret || this.isSecretName(name))]),
    )
  }

  isSecretName(name: string): boolean {
    let isSecret = this.#names.get(name)
    if (isSecret === undefined) {
      isSecret = likelySecret(name)
      this.#names.set(name, isSecret)
    }
    return isSecret
  }

  /** JSON without what looks like a secret wherever it stands. */
  text(json: string): string {
    let clean = json
    for (const secret of this.#secrets)
      if (clean.includes(secret)) clean = clean.replaceAll(secret, () => MASK)
    return clean.replace(TELLING, MASK)
  }
}

const eachOf = (
  object: JsonObject,
  change: (value: JsonValue, name: string) => JsonValue | undefined,
): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(value!, name)]),
  ) as JsonObject

function withoutSettings(producer: JsonValue): JsonValue {
  if (!isJsonObject(producer)) return producer
  const { config, with: given } = producer
  return {
    ...producer,
    ...(config !== undefined && { config: withoutLikelySecrets(config) }),
    ...(given !== undefined && { with: withoutLikelySecrets(given) }),
  }
}

const withoutDefault = (input: JsonValue, name: string): JsonValue =>
  isJsonObject(input) && input.default !== undefined && likelySecret(name)
    ? { ...input, default: withoutLikelySecrets(input.default, true) }
    : input
