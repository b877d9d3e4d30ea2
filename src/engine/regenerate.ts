import { distance } from 'fastest-levenshtein'
import { ShowrunnerError } from '../model/error.js'
import type { Plan } from '../plan/plan.js'

/**
 * Which jobs the user asked to make anew, by job id, artifact id or producer name.
 * @throws ShowrunnerError `JOB_UNKNOWN`
 */
export function regeneratedJobs(plan: Plan, wanted: readonly string[]): (job: number) => boolean {
  if (wanted.length === 0) return () => false
  const jobs = new Set<number>()
  const families = new Set<number>()
  const slots = plan.createSlots()
  for (const name of wanted) {
    const family = plan.families.find(candidate => candidate.producer.name === name.replace(/^Producer:/, ''))
    const job = slots.plannedJob(jobPartOf(name))
    if (family) families.add(family.index)
    else if (job !== -1) jobs.add(job)
    else throw unknownJob(plan, name)
  }
  return job => jobs.has(job) || (families.size > 0 && families.has(plan.familyOf(job).index))
}

/** `Producer:Picture[3].Image` → `Producer:Picture[3]`; a bare `Picture[3]` is understood as well. */
function jobPartOf(name: string): string {
  const dot = name.indexOf('.')
  const job = dot === -1 ? name : name.slice(0, dot)
  return job.startsWith('Producer:') ? job : `Producer:${job}`
}

/** The error for a job that the plan does not have, with the way to write one. */
function unknownJob(plan: Plan, name: string): ShowrunnerError {
  const family = plan.families
    .map(candidate => ({
      candidate,
      far: distance(candidate.producer.name, jobPartOf(name).slice(9).split('[')[0]!),
    }))
    .sort((a, b) => a.far - b.far)[0]!.candidate
  const last = family.extents.map(extent => `[${Math.max(0, extent - 1)}]`).join('')
  return new ShowrunnerError(
    'JOB_UNKNOWN',
    `The plan has no job "${name}". The nearest producer is ${family.producer.name}; its last job is Producer:${family.producer.name}${last}.`,
    { details: { job: name } },
  )
}
