import type { JobAssignment, JobSettled, JobTemplate } from '../../../model/job.js'

/** How jobs settle whose provider the host does not run; undefined: it does. */
export function refusedJobs(
  { provider }: JobTemplate,
  jobs: readonly JobAssignment[],
  refuses: readonly string[],
): readonly JobSettled[] | undefined {
  const { builtin } = provider as { builtin?: string }
  if (provider.type !== 'inline' && !refuses.includes(builtin ?? '')) return undefined
  const message = `Provider "${provider.name}" is not run by this host. Start its worker with --allow ${builtin}.`
  const outcome = { state: 'failed', error: { code: 'invalid', message } } as const
  return jobs.map(({ job, attempt }) => ({ type: 'job.settled', job, attempt, durationMs: 0, outcome }))
}
