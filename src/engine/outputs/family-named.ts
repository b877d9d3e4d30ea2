import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { Family } from '../../plan/geometry/family.js'

/** @throws ShowrunnerError `USAGE_INVALID` when there is no producer of that name */
export function familyNamed(
  { families }: { readonly families: readonly Family[] },
  producer: string,
): Family {
  const family = families.find(({ producer: { name } }) => name === producer)
  if (family !== undefined) return family
  const names = families.map(({ producer: { name } }) => name)
  throw new ShowrunnerError('USAGE_INVALID', unknownNameText('producer', producer, names), {
    details: { producer, producers: names },
  })
}
