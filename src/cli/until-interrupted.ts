import { onInterrupt } from './on-interrupt.js'

/** Resolves with the first Ctrl-C, or another signal to stop. */
export async function untilInterrupted(): Promise<void> {
  // A pending promise alone keeps no process alive.
  const alive = setInterval(() => {}, 60_000)
  try {
    await new Promise<void>(resolve => {
      onInterrupt(resolve)
    })
  } finally {
    clearInterval(alive)
  }
}
