import type { JobTemplate } from '../../../model/job.js'

/** What a host runs only where whoever started it says so: write access to the queue must not be enough to run any code. */
export const ALLOWED_BY_NAME = ['command', 'checks'] as const

/**
 * What jobs of a template need that a host does not allow: `command` starts programs, `checks` loads modules by their
 * paths. Undefined: nothing is missing.
 */
export function missingAllowance(
  { provider, check }: Pick<JobTemplate, 'provider' | 'check'>,
  refuses: readonly string[],
): string | undefined {
  const { builtin = '' } = provider as { builtin?: string }
  if (refuses.includes(builtin)) return builtin
  return check?.module !== undefined && refuses.includes('checks') ? 'checks' : undefined
}
