import { setTimeout as sleep } from 'node:timers/promises'
import { isJsonObject, type JsonValue } from '../model/json.js'
import {
  MISSING_CONFIRMATIONS,
  POLL_ATTEMPTS,
  POLL_MAX_MS,
  POLL_TIMEOUT_MS,
  REMOTE_CANCEL_MS,
  SUBMIT_GRACE_MS,
} from '../model/limit.js'
import type { ProduceContext, ProduceResult } from '../model/provider.js'
import { ProviderError } from '../model/provider-error.js'
import { FileGoneError } from './file-gone-error.js'
import { keptError, retrying } from './retrying.js'

/** What a service says of one of its jobs. */
export type RemoteState<Done> =
  | { readonly state: 'running'; readonly fraction?: number; readonly note?: string }
  | { readonly state: 'done'; readonly result: Done }
  /** The job is over without a result; another attempt is a new job. */
  | { readonly state: 'failed'; readonly error: ProviderError }
  | { readonly state: 'cancelled' }
  /** The service itself says that there is no such job; any other 404 is an error to throw. */
  | { readonly state: 'missing' }

/** A service that takes work, gives an id for it, and is asked for the result later. */
export interface RemoteWork<Done> {
  /** Names the service in checkpoints and messages. */
  readonly service: string
  readonly pollMs: number
  /** Sends the work, once, and resolves with the service's id for it. The key is new when the last job is over. */
  submit(idempotencyKey: string, signal: AbortSignal): Promise<string>
  poll(id: string, signal: AbortSignal): Promise<RemoteState<Done>>
  cancel?(id: string, signal: AbortSignal): Promise<unknown>
  /** Downloads and maps what was made; repeats its downloads itself. */
  collect(result: Done): Promise<ProduceResult>
}

/** What is on record of the work: the job that may be running, and how many have ended for nothing. */
interface Standing {
  readonly id: string | undefined
  readonly endedCount: number
}

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
  let standing = standingOf(work.service, context)
  for (;;) {
    const isAttached = standing.id !== undefined
    const id = standing.id ?? (await submit(work, standing, context))
    try {
      const outcome = await outcomeOf(work, id, isAttached, context)
      if (outcome.state === 'done') return await work.collect(outcome.result)
      standing = await recordEnd(work.service, standing, context)
      if (outcome.state === 'failed') throw outcome.error
      const what = outcome.state === 'missing' ? 'does not exist any more' : 'was cancelled'
      // A job that this attempt has submitted was cancelled by somebody who meant it. One from an earlier attempt
      // was cancelled with the run that is now going on, and what does not exist cannot be waited for: the work
      // is wanted, and submitting it is the only way to get it.
      if (!isAttached) throw new ProviderError('invalid', `Job ${id} of ${work.service} ${what}.`)
      context.log('warn', `Job ${id} of ${work.service} ${what}; the work is submitted again.`)
    } catch (error) {
      if (isCancelled(context.signal)) await cancel(work, id, context)
      if (error instanceof FileGoneError) await recordEnd(work.service, standing, context)
      throw error
    }
  }
}

/** What a checkpoint of this service says; one of another shape cannot be asked for. */
function standingOf(service: string, { resume, log }: ProduceContext): Standing {
  const nothing = { id: undefined, endedCount: 0 }
  if (resume === undefined) return nothing
  if (isJsonObject(resume) && resume.service === service) {
    const { id, endedCount } = resume
    const count = typeof endedCount === 'number' ? endedCount : 0
    if (typeof id === 'string') return { id, endedCount: count }
    if (id === null) return { id: undefined, endedCount: count }
  }
  log('warn', `The checkpoint on record is not one of ${service}; the work is submitted again.`)
  return nothing
}

const checkpointOf = (service: string, { id, endedCount }: Standing): JsonValue => ({
  service,
  id: id ?? null,
  endedCount,
})

/** The job is over, so that whoever comes next submits the work anew, under a new key. */
async function recordEnd(
  service: string,
  { endedCount }: Standing,
  context: ProduceContext,
): Promise<Standing> {
  const standing = { id: undefined, endedCount: endedCount + 1 }
  await context.checkpoint(checkpointOf(service, standing), { isOver: true })
  return standing
}

async function submit<Done>(
  work: RemoteWork<Done>,
  { endedCount }: Standing,
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

/** Asks until the job is over. */
async function outcomeOf<Done>(
  work: RemoteWork<Done>,
  id: string,
  isAttached: boolean,
  context: ProduceContext,
): Promise<Exclude<RemoteState<Done>, { state: 'running' }>> {
  const { signal } = context
  let delayMs = work.pollMs
  if (!isAttached) await sleep(delayMs, undefined, { signal })
  for (;;) {
    const state = await ask(work, id, isAttached, context)
    if (state.state !== 'running') return state
    context.progress(state.fraction ?? 0, state.note)
    // Jobs that were submitted together are not asked for together.
    await sleep(delayMs * (0.9 + 0.2 * Math.random()), undefined, { signal })
    delayMs = Math.min(delayMs * 1.25, Math.max(work.pollMs, POLL_MAX_MS))
  }
}

/** One question, asked again when it fails. */
async function ask<Done>(
  work: RemoteWork<Done>,
  id: string,
  isAttached: boolean,
  context: ProduceContext,
): Promise<RemoteState<Done>> {
  const { signal } = context
  let missingCount = 0
  return await retrying(
    `The question about job ${id} of ${work.service}`,
    { attempts: POLL_ATTEMPTS, baseMs: work.pollMs },
    context,
    async () => {
      const state = await withDeadline(signal, deadline => work.poll(id, deadline)).catch(error => {
        signal.throwIfAborted()
        throw keptError(error)
      })
      if (state.state !== 'missing') return state
      // Right after its submission a service may not know a job on all its machines. Later on it is believed, but
      // not at once: to submit again what is still running would be to pay twice.
      if (isAttached && ++missingCount >= MISSING_CONFIRMATIONS) return state
      throw new ProviderError('overloaded', `${work.service} does not know its job ${id}.`)
    },
  )
}

/** `AbortSignal.any` and `timeout` would leave a timer behind for each question of each job. */
async function withDeadline<Result>(
  signal: AbortSignal,
  action: (deadline: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  const timer = setTimeout(
    () => controller.abort(new DOMException(`No answer within ${POLL_TIMEOUT_MS} ms.`, 'TimeoutError')),
    POLL_TIMEOUT_MS,
  )
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await action(controller.signal)
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
