import type { Attempt } from './attempt.js'
import { localShortage } from './local-shortage.js'
import type { ShortageGate } from './shortage-gate.js'

/**
 * Makes an attempt's call; again, with fewer others beside it, when the machine had no room for it. An answer that is
 * there at once is returned at once: with many small jobs, promises would cost more than the calls.
 */
export function callWithRoom<Result>(
  gate: ShortageGate,
  attempt: Attempt,
  call: () => Result | Promise<Result>,
): Result | Promise<Result> {
  if (!gate.tryEnter()) return callUntilRoom(gate, attempt, call, undefined)
  const answer = answerOf(call)
  if (isPromise(answer)) return callUntilRoom(gate, attempt, call, answer)
  gate.leave()
  return answer
}

/** @param calling a call on its way that has its place */
async function callUntilRoom<Result>(
  gate: ShortageGate,
  attempt: Attempt,
  call: () => Result | Promise<Result>,
  calling: PromiseLike<Result> | undefined,
): Promise<Result> {
  for (let first = calling; ; first = undefined) {
    if (first === undefined && !gate.tryEnter()) {
      await gate.enter(attempt.signal)
      attempt.restart()
    }
    try {
      const result = await (first ?? call())
      gate.leave()
      return result
    } catch (error) {
      const shortage = localShortage(error)
      if (shortage === undefined) gate.leave()
      else gate.leaveShort()
      if (shortage === undefined || !attempt.isToBeTriedAgain(shortage)) throw error
    }
  }
}

function answerOf<Result>(call: () => Result | Promise<Result>): Result | Promise<Result> {
  try {
    return call()
  } catch (error) {
    return Promise.reject(error)
  }
}

/** As `await` sees it: a provider may return a promise of another library. */
const isPromise = <Result>(answer: Result | PromiseLike<Result>): answer is PromiseLike<Result> =>
  typeof (answer as { readonly then?: unknown } | null | undefined)?.then === 'function'
