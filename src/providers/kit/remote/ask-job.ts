import { setTimeout as sleep } from 'node:timers/promises'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import { MISSING_CONFIRMATIONS, POLL_ATTEMPTS, POLL_MAX_MS, POLL_TIMEOUT_MS } from './polling.js'
import type { RemoteState, RemoteWork } from './remote-work.js'
import { keptError, retrying } from './retrying.js'

export type RemoteOutcome<Done> = Exclude<RemoteState<Done>, { state: 'running' }> & {
  /** The job was not over yet when this attempt first asked. */
  readonly wasWaitedFor: boolean
}

/** Asks until the job is over. */
export async function outcomeOf<Done>(
  work: RemoteWork<Done>,
  id: string,
  isAttached: boolean,
  context: ProduceContext,
): Promise<RemoteOutcome<Done>> {
  const { signal } = context
  let delayMs = work.pollMs
  if (!isAttached) await sleep(delayMs, undefined, { signal })
  for (let wasWaitedFor = !isAttached; ; wasWaitedFor = true) {
    const state = await ask(work, id, isAttached, context)
    if (state.state !== 'running') return { ...state, wasWaitedFor }
    context.progress(state.fraction ?? 0, state.note)
    // Jobs that were submitted together are not asked for together.
    await sleep(delayMs * (0.9 + 0.2 * Math.random()), undefined, { signal })
    delayMs = Math.min(delayMs * 1.25, Math.max(work.pollMs, POLL_MAX_MS))
  }
}

/** One question, asked again when it fails. */
export async function ask<Done>(
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

/** `AbortSignal.any` and `timeout` would leave a timer for each question of each job. */
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
