import { nearestName } from '../diagnostics/nearest-name.js'
import { parseWritten } from '../model/artifact-address.js'
import { ShowrunnerError } from '../model/error/error.js'
import { elementText } from '../model/id.js'
import type { Family } from './geometry/family.js'
import { findElements } from './identity/find-element.js'
import { namesOf } from './identity/names-of.js'
import type { Plan } from './plan.js'

/**
 * The job that somebody means, by its id or by an artifact of it, with or without `Producer:`; -1 when there is none.
 * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another one's position
 */
export function findJob({ families }: Pick<Plan, 'families'>, written: string): number {
  const address = parseWritten(written)
  const family = address && families.find(({ producer }) => producer.name === address.producer)
  const indices = family && findElements(address!.elements, family)
  if (family === undefined || indices === undefined) return -1
  return family.firstJob + indices.reduce((sum, index, at) => sum + index * family.strides[at]!, 0)
}

/**
 * The error for a job that the plan does not have, with the one that was probably meant.
 * @param asked for `job`, an index is part of what was probably meant; a `producer` alone stands for all its jobs
 */
export function unknownJob(plan: Plan, written: string, asked: 'job' | 'job or producer'): ShowrunnerError {
  const [, name = '', rest = ''] = /^([^[.]*)(.*)$/s.exec(written.replace(/^Producer:/, '')) ?? []
  const names = plan.families.map(({ producer }) => producer.name)
  const nearest = nearestName(name, names)
  const family = plan.families.find(({ producer }) => producer.name === nearest)
  return new ShowrunnerError('JOB_UNKNOWN', `The plan has no job "${written}". ${hint()}`, {
    details: { job: written },
  })

  function hint(): string {
    if (family === undefined) return `Its producers are ${names.join(', ')}.`
    if (family.size === 0) return `${nearest} has no jobs with these inputs: one of its loops is empty.`
    const isOfAll = asked === 'job or producer' && rest === ''
    return `Did you mean "${nearest}${isOfAll ? '' : nearestElements(family, rest)}"? ${rangeOf(family)}`
  }
}

/** Keys compared with what was written. */
const KEYS_COMPARED = 10_000

/** The elements as they were written, where the producer has them, and the nearest ones elsewhere. */
function nearestElements({ extents, keys }: Family, written: string): string {
  const elements = parseWritten(`Job${written.replace(/\..*$/s, '')}`)?.elements ?? []
  return extents
    .map((extent, at) => {
      const ofLoop = keys[at]
      const { name = 0, text = '' } = elements[at] ?? {}
      if (ofLoop === undefined) return `[${Math.min(typeof name === 'number' ? name : 0, extent - 1)}]`
      if (ofLoop.find(text) !== -1) return `[${elementText(text)}]`
      const known = Array.from({ length: Math.min(extent, KEYS_COMPARED) }, (_, index) => ofLoop.at(index))
      return `[${elementText(nearestName(text, known) ?? known[0]!)}]`
    })
    .join('')
}

function rangeOf(family: Family): string {
  const { producer, extents, size } = family
  const { name } = producer
  if (extents.length === 0) return `${name} is a single job.`
  const first = bracketsOf(
    family,
    extents.map(() => 0),
  )
  if (size === 1) return `${name} has one job, ${name}${first}.`
  const last = bracketsOf(
    family,
    extents.map(extent => extent - 1),
  )
  return `${name} has ${size} jobs, ${name}${first} to ${name}${last}.`
}

const bracketsOf = ({ keys }: Family, indices: readonly number[]): string =>
  namesOf(indices, keys)
    .map(name => `[${elementText(name)}]`)
    .join('')
