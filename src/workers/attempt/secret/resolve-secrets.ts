import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { secretReference } from '../../../model/secret/secret-reference.js'

/** A secret that a config refers to. */
const SECRET_LIMIT_BYTES = 64 * 1024

export interface ResolvedConfig {
  readonly config: JsonObject
  /** Values that must not appear anywhere. */
  readonly secrets: readonly string[]
}

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where relative paths of `$file` start. */
  readonly folder: string
}

/**
 * Puts secrets in the place of `{ $env: NAME }` and `{ $file: path }`. Done where the provider runs, so that
 * a secret is in no message, log or record.
 * @throws ProviderError `auth` for a variable or a file that is not there
 */
export function resolveSecrets(config: JsonObject, sources: SecretSources): ResolvedConfig {
  const secrets: string[] = []
  const resolved = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(resolved)
    if (!isJsonObject(value)) return value
    const reference = secretReference(value)
    if (reference === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, resolved(child)]))
    const secret =
      reference.from === 'env' ? ofEnvironment(reference.name, sources) : ofFile(reference.name, sources)
    secrets.push(secret)
    return secret
  }
  return { config: resolved(config) as JsonObject, secrets }
}

function ofEnvironment(name: string, { environment }: SecretSources): string {
  const value = environment[name]
  if (value !== undefined && value !== '') return value
  throw new ProviderError('auth', `The environment variable ${name}, which the config refers to, is not set.`)
}

function ofFile(path: string, { folder }: SecretSources): string {
  const file = resolve(folder, path)
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new ProviderError('auth', `The config takes a secret from ${file}: ${(cause as Error).message}`, {
      cause,
    })
  }
  const secret = bytes.toString('utf8').trim()
  if (secret !== '' && bytes.byteLength <= SECRET_LIMIT_BYTES) return secret
  throw new ProviderError(
    'auth',
    `The config takes a secret from ${file}, which has ${bytes.byteLength} bytes; expected 1 to ${SECRET_LIMIT_BYTES}.`,
  )
}
