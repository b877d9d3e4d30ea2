import { isJsonObject, type JsonValue } from '../json.js'
import { SECRET_NAME } from './secret-name.js'
import { secretReference } from './secret-reference.js'
import { replaceUrlSecrets } from './url-secrets.js'

const MASK = '[secret]'

/** The value with texts below secret-looking names blanked out; places where secrets are kept may be told. */
export function withoutLikelySecrets(value: JsonValue, isSecret = false): JsonValue {
  if (typeof value === 'string') return isSecret ? MASK : replaceUrlSecrets(value, () => MASK)
  if (Array.isArray(value)) return value.map(item => withoutLikelySecrets(item, isSecret))
  if (!isJsonObject(value) || secretReference(value) !== undefined) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      withoutLikelySecrets(child, isSecret || SECRET_NAME.test(key)),
    ]),
  )
}
