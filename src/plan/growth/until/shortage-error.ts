import type { JobId } from '../../../model/id.js'
import type { ListError } from '../../../model/movie/expansion.js'

/** A list that was tried to its end. */
interface SpentTrial {
  readonly loop: { readonly name: string }
  readonly wanted: number
  readonly acceptedCount: number
  readonly count: number
}

/**
 * What to say of a list that spent all its attempts with too few accepted.
 * @param failureOf the code of the failure that kept an element from being accepted
 */
export function shortageError(
  trial: SpentTrial,
  last: JobId,
  failureOf: (index: number) => string | undefined,
): ListError {
  const { loop, wanted, acceptedCount, count } = trial
  const codes = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const code = failureOf(index)
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  const failed = [...codes].map(([code, times]) => `${times} failed (${code})`)
  const rate = count === 0 ? 0 : Math.round((1_000 * acceptedCount) / count) / 10
  const why = failed.length === 0 ? '' : `; ${failed.join(', ')}`
  return {
    code: 'invalid',
    message: `Loop "${loop.name}" has ${acceptedCount} of ${wanted} accepted after ${count} attempts, which is all that until.attempts allows (${rate} % accepted${why}; the last was ${last}). Raise until.attempts, ask for fewer, or change what makes or judges them, and run again: what is there is not made again.`,
  }
}
