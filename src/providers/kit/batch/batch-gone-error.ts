import { setTimeout as sleep } from 'node:timers/promises'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { MISSING_CONFIRMATIONS } from '../remote/polling.js'
import { type Steadiness, steadily } from './steady-call.js'

/** A batch, or a file of its answers, that its service does not have any more. */
export class BatchGoneError extends ProviderError {
  constructor(message: string) {
    super('overloaded', message)
  }
}

/** {@link steadily}, for what may be gone: that is believed after several answers. @throws BatchGoneError */
export async function steadilyUnlessGone<Result>(
  what: string,
  call: () => Promise<Result>,
  steadiness: Steadiness,
): Promise<Result> {
  const { failures, baseDelayMs, signal } = steadiness
  for (let count = 1; ; count++) {
    let missing = false
    try {
      return await steadily(
        () =>
          call().catch(error => {
            missing = failures.isGone(error)
            throw error
          }),
        steadiness,
      )
    } catch (error) {
      if (!missing || signal?.aborted) throw error
      if (count >= MISSING_CONFIRMATIONS)
        throw new BatchGoneError(`${what} does not exist any more: ${(error as Error).message}`)
      await sleep(baseDelayMs * count, undefined, signal && { signal })
    }
  }
}
