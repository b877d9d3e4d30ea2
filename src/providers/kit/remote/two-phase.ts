import { isProviderError, ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceResult } from '../../../model/provider/provider.js'
import { FileUnavailableError } from '../fetch/file-unavailable-error.js'
import { ask, outcomeOf } from './ask-job.js'
import type { RemoteWork } from './remote-work.js'
import { checkpointOf, recordJobEnd, type Submissions, submissionsOf } from './submissions.js'

/** A submission that is under way at an abort may still bring the job's id within this. */
const SUBMIT_GRACE_MS = 2_500
/** Time for telling a service that a job is not wanted any more. */
const REMOTE_CANCEL_MS = 2_000

/**
 * Submits work, records the service's id for it before anything else, and waits for the result. From then on
 * nothing submits it again: not a failed poll, not a failed download, not a timeout, not a crash. They fail
 * the attempt with an error that keeps the record, and the next attempt asks for the same job.
 *
 * A submission is sent once. When its answer is lost nobody knows whether the job exists: that is a `network`
 * error, and the next attempt sends the same idempotency key.
 *
 * On a user's abort the remote job is cancelled; on a timeout it is left running for the next attempt.
 */
export async function twoPhase<Done>(
  work: RemoteWork<Done>,
  context: ProduceContext,
): Promise<ProduceResult> {
  let submissions = submissionsOf(work.service, context)
  let isSubmittedAgain = false
  for (;;) {
    const isAttached = submissions.id !== undefined
    const id = submissions.id ?? (await submit(work, submissions, context))
    try {
      const { wasWaitedFor, ...outcome } = await outcomeOf(work, id, isAttached, context)
      if (outcome.state === 'done') return await collected(work, id, outcome.result, wasWaitedFor, context)
      submissions = await recordJobEnd(work.service, submissions, context)
      if (outcome.state === 'failed') throw outcome.error
      const what = outcome.state === 'missing' ? 'does not exist any more' : 'was cancelled'
      // A job that this attempt has submitted was cancelled by somebody who meant it. One from an earlier attempt
      // was cancelled with the run that is now going on, and what does not exist cannot be waited for: the work
      // is wanted, and submitting it is the only way to get it.
      if (!isAttached) throw new ProviderError('invalid', `Job ${id} of ${work.service} ${what}.`)
      context.log('warn', `Job ${id} of ${work.service} ${what}; the work is submitted again.`)
    } catch (error) {
      if (isCancelled(context.signal)) await cancel(work, id, context)
      if (!(error instanceof FileUnavailableError)) throw error
      if (!isAttached) throw await unfulfilled(error, work, submissions, isSubmittedAgain, context)
      // What is on record can no longer be had, and must not hold the job for ever.
      submissions = await recordJobEnd(work.service, submissions, context)
      isSubmittedAgain = true
      context.log(
        'warn',
        `${error.message} Job ${id} of ${work.service} is lost; the work is submitted again.`,
      )
    }
  }
}

/** The result, from a fresh address when the one in the answer does not serve any more. */
async function collected<Done>(
  work: RemoteWork<Done>,
  id: string,
  result: Done,
  wasWaitedFor: boolean,
  context: ProduceContext,
): Promise<ProduceResult> {
  try {
    return await work.collect(result, !wasWaitedFor)
  } catch (thrown) {
    const error = asUnavailable(thrown)
    if (!(error instanceof FileUnavailableError)) throw error
    context.signal.throwIfAborted()
    const fresh = await ask(work, id, true, context)
    if (fresh.state !== 'done' || JSON.stringify(fresh.result) === JSON.stringify(result)) throw error
    context.log('debug', `${error.message} The service gave another answer.`)
    return await work.collect(fresh.result, !wasWaitedFor).catch(failed => {
      throw asUnavailable(failed)
    })
  }
}

/** An answer that lacks what was asked for is as good as a file that is none: the same answer fails again. */
function asUnavailable(error: unknown): unknown {
  if (!isProviderError(error) || error.code !== 'bug') return error
  const { usage, costUsd, answer, message } = error
  return Object.assign(
    new FileUnavailableError('unusable', message),
    usage && { usage },
    costUsd !== undefined && { costUsd },
    answer !== undefined && { answer },
  )
}

/**
 * The error of work that this attempt has submitted and that came to nothing at the last step. What is gone can only
 * be made again, by the next attempt. What is refused may be had later: the next attempt asks for it, but not for
 * the second time in a row. What is no such file is not paid for twice: the next run asks for it.
 */
async function unfulfilled<Done>(
  error: FileUnavailableError,
  { service }: RemoteWork<Done>,
  submissions: Submissions,
  isSubmittedAgain: boolean,
  context: ProduceContext,
): Promise<ProviderError> {
  if (error.kind === 'gone') await recordJobEnd(service, submissions, context)
  if (error.kind !== 'unusable' && !isSubmittedAgain) return error
  return error.asLast()
}

async function submit<Done>(
  work: RemoteWork<Done>,
  { endedCount }: Submissions,
  context: ProduceContext,
): Promise<string> {
  const { signal, idempotencyKey } = context
  signal.throwIfAborted()
  // Cutting the connection would not stop the service from taking the job, but lose the id that says so.
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    timer = setTimeout(() => late.abort(signal.reason), SUBMIT_GRACE_MS)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const key = endedCount === 0 ? idempotencyKey : `${idempotencyKey}-${endedCount}`
    const given: unknown = await work.submit(key, late.signal)
    // Some services count their jobs.
    const id = typeof given === 'number' ? String(given) : given
    if (typeof id !== 'string' || id === '') {
      throw new ProviderError('bug', `${work.service} took the work, but gave no id for it.`)
    }
    await context.checkpoint(checkpointOf(work.service, { id, endedCount }))
    return id
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** True when the user does not want the result any more; false for a timeout. */
const isCancelled = (signal: AbortSignal): boolean =>
  signal.aborted && signal.reason instanceof Error && signal.reason.name === 'AbortError'

async function cancel<Done>(work: RemoteWork<Done>, id: string, context: ProduceContext): Promise<void> {
  try {
    await work.cancel?.(id, AbortSignal.timeout(REMOTE_CANCEL_MS))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    context.log('warn', `Job ${id} of ${work.service} could not be cancelled: ${reason}`)
  }
}
