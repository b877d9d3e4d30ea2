import type { JobAssignment } from '../../model/job.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { Feedback } from '../../model/provider/feedback.js'
import { keyOfWork } from '../../model/run/idempotency-key.js'
import { placeOfHash, type ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { ActiveJob } from '../state/active-job.js'
import { feedbackOn } from '../state/keep-feedback.js'
import type { RunState } from '../state/run-state.js'

/** One attempt as it is sent to a worker. @param isLeader it is the one call for all jobs with its inputs */
export function jobAssignment(
  state: RunState,
  active: ActiveJob,
  resolved: ResolvedJob,
  isLeader: boolean,
): JobAssignment {
  const { job, attempt, losses } = active
  const { indices, names, inputs, loads, inputsHash } = resolved
  const { movie, options } = state
  const { succeededAttempts, inputsHashes } = movie
  const generation = succeededAttempts.get(job)
  const assignment = { job, attempt, indices, ...(names && { names }), inputs, inputsHash, generation }
  const checkpoint = workOf(state, active, resolved)
  const isFresh = isAskedAgain(active)
  const feedback = toldFeedback(state, active, resolved)
  const isOwnCall = isFresh || !isLeader || (generation > 0 && inputsHashes.get(job) === inputsHash)
  if (loads.length === 0 && checkpoint === undefined && losses === 0 && !isOwnCall && !feedback)
    return assignment
  return {
    ...assignment,
    ...(isFresh && { isFresh }),
    ...(loads.length > 0 && { loads }),
    ...(isOwnCall && { isOwnCall }),
    ...(checkpoint && { resume: checkpoint.value, ...keyOfWork(checkpoint, options.movieId) }),
    ...(feedback && { feedback }),
    ...(losses > 0 && { losses }),
  }
}

/** What the attempt is told of rejected answers to the same inputs. */
export function toldFeedback(
  { movie }: RunState,
  { job }: ActiveJob,
  resolved: ResolvedJob,
): readonly Feedback[] | undefined {
  if (movie.feedback.size === 0) return undefined
  return feedbackOn(movie, job, hash => placeOfHash(resolved, hash) !== undefined)
}

/** The checkpoint of an earlier attempt at the same work, unless it cannot be used and the user asked to regenerate. */
export function workOf(
  { movie }: RunState,
  { job, reason }: ActiveJob,
  { inputsHash }: ResolvedJob,
): Checkpoint | undefined {
  const { checkpoints, errors } = movie
  const checkpoint = checkpoints.size > 0 ? checkpoints.get(job) : undefined
  if (checkpoint?.inputsHash !== inputsHash) return undefined
  const isGivenUp = reason.type === 'regenerate' && errors.get(job)?.code === 'bug'
  return isGivenUp ? undefined : checkpoint
}

/** A person wants another result. */
export const isAskedAgain = ({ reason }: ActiveJob): boolean =>
  reason.type === 'regenerate' || reason.type === 'rejected'
