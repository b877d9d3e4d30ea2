import { setTimeout as sleep } from 'node:timers/promises'
import { withReserve } from './descriptor-reserve.js'
import { shortageOf } from './shortage-of.js'
import { SHORTAGE_WARN_MS, warnOfShortage } from './warn-of-shortage.js'

/** What needs a file descriptor or a process that the system does not have waits for one so long. */
export const SHORTAGE_PATIENCE_MS = 2 * 60_000

const FIRST_DELAY_MS = 10
const LAST_DELAY_MS = 200

/**
 * Does `act` again while it fails for want of a file descriptor: those who hold them will be done. For what may be
 * repeated: opening a file, reading one.
 * @throws what `act` throws; after SHORTAGE_PATIENCE_MS also the shortage
 */
export async function withPatience<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (shortageOf(error) === undefined) throw error
    return await withReserve(() => repeated(act))
  }
}

async function repeated<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  let waitedMs = 0
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, LAST_DELAY_MS)) {
    try {
      return await act()
    } catch (error) {
      const shortage = shortageOf(error)
      if (shortage === undefined || waitedMs >= SHORTAGE_PATIENCE_MS) throw error
      if (waitedMs >= SHORTAGE_WARN_MS) warnOfShortage(shortage)
    }
    await sleep(delayMs)
    waitedMs += delayMs
  }
}
