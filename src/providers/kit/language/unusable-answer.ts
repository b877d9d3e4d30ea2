import { isJsonObject, type JsonObject } from '../../../model/json.js'
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

/** Answers of one job that may be unusable before it fails: one more try is worth its price, ten are not. */
const UNUSABLE_ANSWER_LIMIT = 2

/** How many answers of this job could not be used before, by its checkpoint. */
const unusableCount = ({ resume }: ProduceContext): number =>
  isJsonObject(resume) && typeof resume.unusableAnswers === 'number' ? resume.unusableAnswers : 0

/**
 * Gives an unusable answer the code that asks once more, and then the one that does not; the count is in the
 * job's checkpoint. What a service breaks off is as if it were overloaded. Other errors are left as they are.
 */
export async function rejectUnusable(error: unknown, context: ProduceContext): Promise<unknown> {
  if (!(error instanceof UnusableAnswerError)) return error
  const { answer, isOfService, message } = error
  const unusableAnswers = unusableCount(context) + (isOfService ? 0 : 1)
  await context.checkpoint({ unusableAnswers }, { isOver: true })
  const isLast = !isOfService && unusableAnswers >= UNUSABLE_ANSWER_LIMIT
  const times = isLast ? ` That was answer ${unusableAnswers}; the model does not seem to manage.` : ''
  const { usage, costUsd } = error
  return new ProviderError(
    isLast ? 'invalid' : 'overloaded',
    `${message}${/[.!?]$/.test(message) || times === '' ? '' : '.'}${times}`,
    {
      cause: error,
      answer,
      ...(usage && { usage }),
      ...(costUsd !== undefined && { costUsd }),
    },
  )
}
