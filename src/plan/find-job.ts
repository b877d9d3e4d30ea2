import { nearestName } from '../diagnostics/nearest-name.js'
import { ShowrunnerError } from '../model/error/error.js'
import type { Family } from './geometry/family.js'
import type { Plan } from './plan.js'

/** `Producer:Picture[3].Image`, `Picture[3]` → `Producer:Picture[3]`; an artifact stands for the job that makes it. */
export function writtenJobId(written: string): string {
  const dot = written.indexOf('.')
  const job = dot === -1 ? written : written.slice(0, dot)
  return job.startsWith(PREFIX) ? job : `${PREFIX}${job}`
}

const PREFIX = 'Producer:'

/**
 * The error for a job that the plan does not have, with the one that was probably meant.
 * @param asked for `job`, an index is part of what was probably meant; a `producer` alone stands for all its jobs
 */
export function unknownJob(plan: Plan, written: string, asked: 'job' | 'job or producer'): ShowrunnerError {
  const [, name = '', rest = ''] = /^([^[]*)(.*)$/s.exec(writtenJobId(written).slice(PREFIX.length)) ?? []
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
    return `Did you mean "${nearest}${isOfAll ? '' : nearestIndices(family, rest)}"? ${rangeOf(family)}`
  }
}

/** The indices as they were written, without those that the producer does not have, and up to the last job. */
function nearestIndices({ extents }: Family, written: string): string {
  const indices = [...written.matchAll(/\[(\d+)\]/g)].map(([, digits]) => Number(digits))
  return extents.map((extent, at) => `[${Math.min(indices[at] ?? 0, extent - 1)}]`).join('')
}

function rangeOf({ producer: { name }, extents, size }: Family): string {
  if (extents.length === 0) return `${name} is a single job.`
  const last = extents.map(extent => `[${extent - 1}]`).join('')
  const first = extents.map(() => '[0]').join('')
  return size === 1
    ? `${name} has one job, ${name}${first}.`
    : `${name} has ${size} jobs, ${name}${first} to ${name}${last}.`
}
