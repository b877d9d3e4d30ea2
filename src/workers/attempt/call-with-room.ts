import type { Attempt } from './attempt.js'
import { localShortage } from './local-shortage.js'
import type { ShortageGate } from './shortage-gate.js'

/** Makes an attempt's call; again, with fewer others beside it, when the machine had no room for it. */
export async function callWithRoom<Result>(
  gate: ShortageGate,
  attempt: Attempt,
  call: () => Result | Promise<Result>,
): Promise<Result> {
  for (;;) {
    if (!gate.tryEnter()) {
      await gate.enter(attempt.signal)
      attempt.restart()
    }
    try {
      const result = await call()
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
