import type { JsonObject } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'

/** An answer that was given, but cannot be used; asked again, a model may well do better. */
export class UnusableAnswerError extends Error {
  override readonly name = 'UnusableAnswerError'
  /** What the service counted for it. */
  readonly usage?: JsonObject
  /** In US dollars. */
  readonly costUsd?: number
  readonly answer: string
  /** The service broke it off: no fault of the model. */
  readonly isOfService: boolean

  constructor(message: string, options: { readonly answer: string; readonly isOfService?: boolean }) {
    super(message)
    this.answer = options.answer
    this.isOfService = options.isOfService ?? false
  }
}

/**
 * Gives an unusable answer the code that asks again, with what was wrong and the answer itself. What a service breaks
 * off is as if it were overloaded, and its work is over. Other errors are left as they are.
 */
export async function rejectUnusable(error: unknown, context: ProduceContext): Promise<unknown> {
  if (!(error instanceof UnusableAnswerError)) return error
  const { answer, isOfService, message, usage, costUsd } = error
  if (isOfService) await context.checkpoint({}, { isOver: true })
  return new ProviderError(isOfService ? 'overloaded' : 'rejected', message, {
    cause: error,
    answer,
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
  })
}
