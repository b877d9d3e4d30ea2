import type { JsonObject, JsonValue } from '../model/json.js'
import { secretReference } from '../model/secret-reference.js'

const SECRET_NAME =
  /api[-_]?key|access[-_]?key|(^|[-_])key$|token|secret|password|passwd|^auth$|authorization|credential/i
/** Shorter ones would blank out ordinary words. */
const SECRET_LENGTH = 8
/** Credentials that providers like to quote back in their errors. */
const SECRET_TEXT = /\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*|\b(sk|pk|key|ghp|xox[abp])[-_][\w-]{12,}/g

/**
 * Returns a function that blanks out secrets in texts on their way to the log: values of secret-looking
 * keys in a provider's config and in the environment, what looks like a bearer token, and `known` ones.
 */
export function redactor(
  config: JsonValue,
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[] = [],
): (text: string) => string {
  const secrets = new Set(known)
  collect(config, false, secrets)
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && SECRET_NAME.test(name)) collect(value, true, secrets)
  }
  // A secret may contain a shorter one.
  const ordered = [...secrets].sort((a, b) => b.length - a.length)
  return text => {
    let clean = text
    for (const secret of ordered) clean = clean.replaceAll(secret, '[secret]')
    return clean.replace(SECRET_TEXT, '[secret]')
  }
}

/** The name of a variable or of a file is no secret. */
const isReference = (value: object): boolean =>
  !Array.isArray(value) && secretReference(value as JsonObject) !== undefined

function collect(value: JsonValue, isSecret: boolean, into: Set<string>): void {
  if (typeof value === 'string') {
    if (isSecret && value.length >= SECRET_LENGTH) into.add(value)
  } else if (typeof value === 'object' && value !== null && !isReference(value)) {
    for (const [key, child] of Object.entries(value)) {
      collect(child, isSecret || (!Array.isArray(value) && SECRET_NAME.test(key)), into)
    }
  }
}
