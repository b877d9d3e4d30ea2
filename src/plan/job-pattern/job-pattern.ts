import { findJob, unknownJob } from '../find-job.js'
import type { Family } from '../geometry/family.js'
import type { PlannedJobs } from '../geometry/planned-jobs.js'
import { ANY, parsePattern, WILDCARD } from './parse-pattern.js'

/** Jobs that somebody names together. */
export interface JobPattern {
  readonly families: readonly Family[]
  /** Undefined: all jobs of the families. */
  readonly includes: ((family: Family, job: number) => boolean) | undefined
  /** The only one, where a whole id names it. */
  readonly job?: number
}

/**
 * `Picture`, `Picture[fox][3]`, `Picture[fox]` for all that are made from fox, `Picture[*][3]`, `*` for all jobs; an
 * artifact stands for its job.
 * @throws ShowrunnerError `JOB_UNKNOWN`; `USAGE_INVALID` for a number that is one element's key and another's position
 */
export function jobPattern(plan: Pick<PlannedJobs, 'families' | 'familyOf'>, written: string): JobPattern {
  const pattern = findPattern(plan, written)
  if (pattern === undefined) throw unknownJob(plan, written, 'job or producer')
  return pattern
}

/** The same; undefined: there are no such jobs. @throws ShowrunnerError `USAGE_INVALID` as {@link jobPattern} */
export function findPattern(
  plan: Pick<PlannedJobs, 'families' | 'familyOf'>,
  written: string,
): JobPattern | undefined {
  const text = written.replace(/^Producer:/, '').trim()
  if (text === '*') return { families: plan.families, includes: undefined }
  const family = plan.families.find(({ producer }) => producer.name === text)
  if (family !== undefined) return { families: [family], includes: undefined }
  const job = text.includes(WILDCARD) ? -1 : findJob(plan, text)
  if (job !== -1) return { families: [plan.familyOf(job)], includes: (_, other) => other === job, job }
  return partialPattern(plan, text)
}

/** Some of the loops' elements are named; the others are all meant. */
function partialPattern({ families }: Pick<PlannedJobs, 'families'>, text: string): JobPattern | undefined {
  const address = parsePattern(text)
  const family = families.find(({ producer }) => producer.name === address?.producer)
  if (address === undefined || family === undefined) return undefined
  const { elements } = address
  if (elements.length > family.dimensions.length || address.output !== undefined) return undefined
  if (elements.length === family.dimensions.length && !text.includes(WILDCARD)) return undefined
  const wanted = elements.map(({ text: name }) => (name === ANY ? undefined : name))
  const includes = (_: Family, job: number) => {
    const names = family.namesOf(family.indicesOf(job))
    return wanted.every((name, at) => name === undefined || String(names[at]) === name)
  }
  const isThere = wanted.every(name => name === undefined) || some(family, includes)
  return isThere ? { families: [family], includes } : undefined
}

function some(family: Family, includes: (family: Family, job: number) => boolean): boolean {
  for (const job of family.jobs()) if (includes(family, job)) return true
  return false
}
