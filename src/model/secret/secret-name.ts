import { isJsonObject, type JsonValue } from '../json.js'
import { secretReference } from './secret-reference.js'

/** Names of fields and variables whose values are secrets, most likely. */
export const SECRET_NAME =
  /api[-_]?key|access[-_]?key|(^|[-_])key$|token|secret|password|passwd|^auth$|authorization|credential/i

/** Of fields in tables, where a `key` names a row and `tokens` are counted. */
const SECRET_FIELD =
  /api[-_]?key|(access|secret|private)[-_]?key|(access|auth|api|bearer|refresh|session)[-_]?token|secret|password|passwd|authorization|credential/i

/** Whether a value of this name is a secret, most likely, where names are of the user's data. */
export const likelySecret = (name: string): boolean => SECRET_FIELD.test(name)

const MASK = '[secret]'

/** The value with texts below secret-looking names blanked out; places where secrets are kept may be told. */
export function withoutLikelySecrets(value: JsonValue, isSecret = false): JsonValue {
  if (typeof value === 'string') return isSecret ? MASK : value
  if (Array.isArray(value)) return value.map(item => withoutLikelySecrets(item, isSecret))
  if (!isJsonObject(value) || secretReference(value) !== undefined) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      withoutLikelySecrets(child, isSecret || SECRET_NAME.test(key)),
    ]),
  )
}
