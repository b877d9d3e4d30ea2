import type { Clock } from '../../model/clock.js'

/** Waits for something, and not longer than this. */
export async function within(limitMs: number, clock: Clock, work: Promise<unknown>): Promise<void> {
  let stop = () => {}
  const late = new Promise<void>(resolve => {
    stop = clock.startTimer(limitMs, resolve)
  })
  await Promise.race([work, late])
  stop()
}
