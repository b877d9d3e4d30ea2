import type { AppendFile } from './append-file.js'

/** How often a follower looks for itself whether a log has grown, besides being told by the system. */
export const FOLLOW_POLL_MS = 1_000

/** Waits until a file may have grown: told by the system, by the clock, or woken by the signal. */
export class Growth {
  readonly #signal: AbortSignal
  readonly #stopWatching: () => void
  readonly #wake = (): void => {
    this.#mayHaveGrown = true
    this.#resume?.()
  }
  #mayHaveGrown = false
  #resume: (() => void) | undefined

  constructor(file: AppendFile, signal: AbortSignal) {
    this.#signal = signal
    this.#stopWatching = file.watch(this.#wake)
    signal.addEventListener('abort', this.#wake)
  }

  /** To be called before the file is read: what changes from here on ends the next wait. */
  reset(): void {
    this.#mayHaveGrown = false
  }

  async wait(): Promise<void> {
    if (this.#mayHaveGrown || this.#signal.aborted) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, FOLLOW_POLL_MS)
      this.#resume = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#resume = undefined
  }

  close(): void {
    this.#stopWatching()
    this.#signal.removeEventListener('abort', this.#wake)
  }
}
