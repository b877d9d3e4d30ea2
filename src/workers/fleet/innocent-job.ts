import type { JobAssignment } from '../../model/job.js'

/**
 * The assignment as a host gets it. A host may vanish for reasons of its own, with a thousand jobs that did nothing: only
 * from the second one on, a job that was there is a suspect.
 */
export function innocentJob(assignment: JobAssignment): JobAssignment {
  const { losses, ...rest } = assignment
  if (losses === undefined) return assignment
  return losses < 2 ? rest : { ...rest, losses: losses - 1 }
}
