import { isProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { UnusableAnswerError } from './language/unusable-answer.js'

type Account = Pick<ProduceResult, 'usage' | 'costUsd'>

/** Reads an answer that has been paid for. What it throws says what the service has counted. */
export function readPaid<Result>(account: Account, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw charged(error, account)
  }
}

/**
 * Notes on an error what the service has counted for the answer that caused it, unless it says so itself, and what that
 * answer was, where it does not fit.
 */
export function charged(error: unknown, { usage, costUsd }: Account, answer?: () => string): unknown {
  if (!isProviderError(error) && !(error instanceof UnusableAnswerError)) return error
  if (answer !== undefined && isProviderError(error) && error.code === 'bug' && error.answer === undefined)
    Object.assign(error, { answer: answer() })
  const isSaid = error.usage !== undefined || error.costUsd !== undefined
  return isSaid ? error : Object.assign(error, usage && { usage }, costUsd !== undefined && { costUsd })
}
