import type { ReadElement } from '../../model/artifact-address.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { ElementName } from '../../model/id.js'
import type { Family } from '../../plan/geometry/family.js'
import type { JobKey } from './job-outputs.js'

/** The key of a job among those of its producer. */
export function keyOf(family: Family, job: number): JobKey {
  const names = family.namesOf(family.indicesOf(job))
  return names.length > 1 ? names : names[0]
}

/** What a key names in ids: positions as numbers, keys of elements as texts. @throws ShowrunnerError `USAGE_INVALID` */
export function elementsOfKey(key: JobKey): readonly ReadElement[] {
  const names = key === undefined ? [] : typeof key === 'object' ? key : [key]
  // A number has no text: it is no key, not even of an element whose key looks like one.
  return names.map(name => {
    const isQuoted = typeof name === 'string'
    return { name: checked(name), text: isQuoted ? name : '', isQuoted, end: 0 }
  })
}

function checked(name: ElementName): ElementName {
  if (typeof name === 'string' || (Number.isSafeInteger(name) && name >= 0)) return name
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `${JSON.stringify(name)} does not name an element of a loop. Give its key as a text, or its position, counted from 0.`,
  )
}
