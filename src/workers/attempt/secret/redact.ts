import type { JsonObject, JsonValue } from '../../../model/json.js'
import { SECRET_NAME } from '../../../model/secret/secret-name.js'
import { secretReference } from '../../../model/secret/secret-reference.js'
import { replaceUrlSecrets } from '../../../model/secret/url-secrets.js'

/** Of environment variables only: a config's `pass` may be anything. */
const SECRET_VARIABLE = /(^|_)(pass|auth)$/i
/** Shorter ones would blank out ordinary words. */
const SECRET_LENGTH = 8
/** Credentials that providers like to quote back in their errors. */
const SECRET_TEXT = /\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*|\b(sk|pk|key|ghp|xox[abp])[-_][\w-]{12,}/g

/**
 * Returns a function that blanks out secrets in texts on their way to the log: values of secret-looking
 * keys in a provider's config and in the environment, in the forms that requests give them, what looks like a bearer token, and `known` ones.
 */
export function redactor(
  config: JsonObject,
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[] = [],
): (text: string) => string {
  const secrets = new Set(known)
  collect(config, false, secrets)
  const passedOn = namesIn(config.env)
  for (const [name, value = ''] of Object.entries(environment)) {
    const isSecret = SECRET_NAME.test(name) || SECRET_VARIABLE.test(name) || passedOn.has(name)
    collect(value, isSecret, secrets)
  }
  // A secret may contain a shorter one.
  const ordered = [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length)
  return text => {
    let clean = text
    for (const secret of ordered) clean = clean.replaceAll(secret, '[secret]')
    for (const secret of ordered) clean = withoutBeginning(clean, secret)
    return clean.replace(SECRET_TEXT, '[secret]')
  }
}

/** Values of the environment whose variables' names say that they are secrets. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = new Set<string>()
  for (const [name, value = ''] of Object.entries(environment))
    collect(value, SECRET_NAME.test(name) || SECRET_VARIABLE.test(name), secrets)
  return [...secrets]
}

/** Names of environment variables that a program is given, and may print. */
function namesIn(list: JsonValue | undefined): ReadonlySet<unknown> {
  return new Set(Array.isArray(list) ? list : [])
}

/** A secret as a quoted request may contain it: in JSON, in JSON inside JSON, in a URL, in a header. */
function formsOf(secret: string): string[] {
  if (secret.length < SECRET_LENGTH) return [secret]
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1)
  return [
    secret,
    escaped(secret),
    escaped(escaped(secret)),
    encodeURIComponent(Buffer.from(secret).toString()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]
}

/** A partial quote of a response may be cut in the middle of a secret. */
function withoutBeginning(text: string, secret: string): string {
  const first = Math.max(0, text.length - secret.length + 1)
  const last = text.length - SECRET_LENGTH
  for (
    let at = text.indexOf(secret[0]!, first);
    at !== -1 && at <= last;
    at = text.indexOf(secret[0]!, at + 1)
  ) {
    if (secret.startsWith(text.slice(at))) return `${text.slice(0, at)}[secret]`
  }
  return text
}

/** The name of a variable or of a file is no secret. */
const isReference = (value: object): boolean =>
  !Array.isArray(value) && secretReference(value as JsonObject) !== undefined

function collect(value: JsonValue, isSecret: boolean, into: Set<string>): void {
  if (typeof value === 'string') {
    const add = (secret: string) => {
      if (secret.length >= SECRET_LENGTH) into.add(secret)
      return secret
    }
    if (isSecret) add(value)
    else replaceUrlSecrets(value, add)
  } else if (typeof value === 'object' && value !== null && !isReference(value)) {
    for (const [key, child] of Object.entries(value)) {
      collect(child, isSecret || (!Array.isArray(value) && SECRET_NAME.test(key)), into)
    }
  }
}
