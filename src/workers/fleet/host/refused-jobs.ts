import type { JobAssignment, JobSettled, JobTemplate } from '../../../model/job.js'
import { missingAllowance } from '../wire/missing-allowance.js'

/** How jobs settle that the host does not run; undefined: it does. */
export function refusedJobs(
  template: JobTemplate,
  jobs: readonly JobAssignment[],
  refuses: readonly string[],
): readonly JobSettled[] | undefined {
  const { type, name } = template.provider
  const missing = missingAllowance(template, refuses)
  if (type !== 'inline' && missing === undefined) return undefined
  const why = missing === undefined ? '' : ` Start its worker with --allow ${missing}.`
  const message = `Jobs of provider "${name}" are not run by this host.${why}`
  const outcome = { state: 'failed', error: { code: 'invalid', message } } as const
  return jobs.map(({ job, attempt }) => ({ type: 'job.settled', job, attempt, durationMs: 0, outcome }))
}
