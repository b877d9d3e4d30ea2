/** Names of fields and variables whose values are secrets, most likely. */
export const SECRET_NAME =
  /api[-_]?key|access[-_]?key|(^|[-_])key$|token|secret|password|passwd|^auth$|authorization|credential/i

/** Of fields in tables, where a `key` names a row and `tokens` are counted. */
const SECRET_FIELD =
  /api[-_]?key|(access|secret|private)[-_]?key|(access|auth|api|bearer|refresh|session)[-_]?token|secret|password|passwd|authorization|credential/i

/** Whether a value of this name is a secret, most likely, where names are of the user's data. */
export const likelySecret = (name: string): boolean => SECRET_FIELD.test(name)
