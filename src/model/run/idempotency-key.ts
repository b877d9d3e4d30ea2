import { type JobId, jobId } from '../id.js'
import { assignedJobId, type JobAssignment, type JobTemplate } from '../job.js'
import type { Checkpoint } from '../movie/manifest.js'
import { sha256 } from '../sha256.js'

/** Stable over attempts and restarts; another one once the same work has succeeded, or its answer was rejected. */
export function idempotencyKey(template: JobTemplate, assignment: JobAssignment): string {
  const key = workKey(template, assignment)
  const rejected = assignment.feedback?.at(-1)
  return rejected === undefined ? key : sha256(`${key}\nafter ${rejected.attempt}`)
}

/** The same while no answer is rejected. Positions are no part of it where what a job reads tells jobs apart as well. */
function workKey(template: JobTemplate, assignment: JobAssignment): string {
  const { inputsHash, generation, indices, names = indices } = assignment
  const { movieId, producer, provider, keylessLoops = [] } = template
  if (assignment.workKey !== undefined) return assignment.workKey
  if (keylessLoops.length === 0 || assignment.isOwnCall)
    return workKeyOf(movieId, assignedJobId(template, assignment), inputsHash, generation)
  const elements = names.map((name, at) => (keylessLoops.includes(at) ? '*' : name))
  return sha256(`${movieId}\n${jobId(producer, elements)}\n${inputsHash}\ncode ${provider.hash ?? ''}`)
}

/** What is recorded of it with a checkpoint; undefined where the job's name tells it. */
export const recordedWorkKey = (template: JobTemplate, assignment: JobAssignment): string | undefined =>
  (template.keylessLoops ?? []).length === 0 ? assignment.workKey : workKey(template, assignment)

/** Of a job by its name, as it is recorded nowhere. */
const workKeyOf = (movie: string, job: JobId, inputsHash: string, generation: number): string =>
  sha256(`${movie}\n${job}\n${inputsHash}\n${generation}`)

/** What work that is under way is known by. Logs of older versions have no key: it was the job's name then. */
export function keyOfWork(
  { workKey, submittedAs, inputsHash }: Checkpoint,
  movie: string,
): Pick<JobAssignment, 'workKey' | 'isOwnCall'> {
  if (workKey !== undefined) return { workKey }
  if (submittedAs === undefined) return { isOwnCall: true }
  return { workKey: workKeyOf(movie, submittedAs.jobId, inputsHash, submittedAs.generation) }
}
