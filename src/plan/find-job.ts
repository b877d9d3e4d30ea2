import { nearestName } from '../diagnostics/nearest-name.js'
import { parseWritten, type ReadElement } from '../model/artifact-address.js'
import { ShowrunnerError } from '../model/error/error.js'
import { elementText } from '../model/id.js'
import type { Family } from './geometry/family.js'
import type { LoopList } from './geometry/loop-lists.js'
import { findIndices } from './identity/find-element.js'
import { ANY, parsePattern, WILDCARD } from './job-pattern/parse-pattern.js'
import type { Plan } from './plan.js'

/**
 * The job that somebody means, by its id or by an artifact of it, with or without `Producer:`; -1 when there is none.
 * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another one's position
 */
export function findJob({ families }: Pick<Plan, 'families'>, written: string): number {
  const address = parseWritten(written)
  const family = address && families.find(({ producer }) => producer.name === address.producer)
  const indices = family && findIndices(address!.elements, family)
  return family === undefined || indices === undefined ? -1 : family.jobAt(indices)
}

/**
 * The error for a job that the plan does not have, with the one that was probably meant.
 * @param asked for `job`, an index is part of what was probably meant; a `producer` alone stands for all its jobs
 */
export function unknownJob(
  plan: Pick<Plan, 'families'>,
  written: string,
  asked: 'job' | 'job or producer',
): ShowrunnerError {
  const [, name = '', rest = ''] = /^([^[.]*)(.*)$/s.exec(written.replace(/^Producer:/, '')) ?? []
  const names = plan.families.map(({ producer }) => producer.name)
  const nearest = nearestName(name, names)
  const family = plan.families.find(({ producer }) => producer.name === nearest)
  return new ShowrunnerError('JOB_UNKNOWN', `The plan has no job "${written}". ${hint()}`, {
    details: { job: written },
  })

  function hint(): string {
    if (family === undefined) return `Its producers are ${names.join(', ')}.`
    if (family.size === 0 && family.dimensions.some(({ lists }) => lists.isEmpty)) {
      const meant = `${nearest}${nearestElements(family, rest, asked)}`
      const isOther = meant !== written.replace(/^Producer:/, '')
      return `${isOther ? `Did you mean "${meant}"? ` : ''}The lists that ${nearest} runs through are not made yet.`
    }
    if (family.size === 0) return `${nearest} has no jobs with these inputs: one of its loops is empty.`
    return `Did you mean "${nearest}${nearestElements(family, rest, asked)}"? ${rangeOf(family)}`
  }
}

/** Keys compared with what was written. */
const KEYS_COMPARED = 10_000

/**
 * The elements as they were written, where the producer has them or nobody knows yet whether it does, and the nearest
 * ones elsewhere. Of a single job, also those that were left out.
 */
function nearestElements(family: Family, written: string, asked: 'job' | 'job or producer'): string {
  const elements = parsePattern(`Job${written.replace(/\..*$/s, '')}`)?.elements ?? []
  const count = asked === 'job' ? family.dimensions.length : elements.length
  const indices: number[] = []
  let isKnown = true
  let text = ''
  for (let dimension = 0; dimension < Math.min(count, family.dimensions.length); dimension++) {
    const element = elements[dimension]
    const list: LoopList | undefined = isKnown ? family.listAt(dimension, indices) : undefined
    isKnown = list !== undefined && list.length > 0
    const index = isKnown ? nearestIndex(list!, element) : 0
    indices.push(index)
    if (element?.text === ANY) text += WILDCARD
    else text += `[${elementText(isKnown ? (list!.keys?.at(index) ?? index) : (element?.name ?? 0))}]`
  }
  return text
}

function nearestIndex({ length, keys }: LoopList, element: ReadElement | undefined): number {
  const { name = 0, text = '' } = element ?? {}
  if (keys === undefined) return Math.max(0, Math.min(typeof name === 'number' ? name : 0, length - 1))
  const known = Array.from({ length: Math.min(length, KEYS_COMPARED) }, (_, index) => keys.at(index))
  return Math.max(keys.find(text), known.indexOf(nearestName(text, known) ?? ''), 0)
}

function rangeOf(family: Family): string {
  const { producer, blocks, size } = family
  const { name, loops } = producer
  if (loops.length === 0) return `${name} is a single job.`
  const end = blocks.at(-1)!
  const first = bracketsOf(family, family.indicesOf(blocks[0]!.firstJob))
  if (size === 1) return `${name} has one job, ${name}${first}.`
  const last = bracketsOf(family, family.indicesOf(end.firstJob + end.size - 1))
  return `${name} has ${size} jobs, ${name}${first} to ${name}${last}.`
}

const bracketsOf = (family: Family, indices: readonly number[]): string =>
  family
    .namesOf(indices)
    .map(name => `[${elementText(name)}]`)
    .join('')
