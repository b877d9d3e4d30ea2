import { likelySecret } from './secret-name.js'

/** The name and the password before the host of an address, or of the template of one. */
const USER = /^(https?:\/\/)([^/?#\s:@]*)(?::([^/?#\s]*))?@/i
const PARAMETER = /([?&])([^=&#\s]{1,100})=([^&#\s]*)/g
const IN_BRACES = /^\{\{.*\}\}$/

/**
 * The text with each secret replaced that it holds as an address: a name and a password before the host, and parameters
 * that are called like keys. Texts that are no address stay as they are, and so do places for inputs (`{{key}}`).
 */
export function replaceUrlSecrets(text: string, replace: (secret: string) => string): string {
  if (!/^https?:\/\//i.test(text)) return text
  const told = (value: string | undefined) =>
    value === undefined || value === '' || IN_BRACES.test(value) ? value : replace(value)
  return text
    .replace(USER, (_, scheme: string, name: string, password: string | undefined) =>
      password === undefined ? `${scheme}${told(name)}@` : `${scheme}${told(name)}:${told(password)}@`,
    )
    .replace(PARAMETER, (whole, sign: string, name: string, value: string) =>
      isKeyName(name) ? `${sign}${name}=${told(value)}` : whole,
    )
}

const isKeyName = (name: string): boolean => likelySecret(name) || /^(key|token|sig|signature)$/i.test(name)
