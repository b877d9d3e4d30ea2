/** Which jobs one reader of a run's outputs has still to see: each once, in the order in which they come. */
export class FeedReader {
  /** There may be jobs that were there before the run. */
  hasCached = false
  /** Everything that the run has made has been added. */
  isComplete = false
  /** A bit a job. */
  #seen = new Uint8Array(128)
  #waiting: number[] = []
  #taken = 0
  #wake: (() => void) | undefined

  add(job: number): void {
    if (!this.#see(job)) return
    this.#waiting.push(job)
    this.wake()
  }

  take(): number | undefined {
    if (this.#taken < this.#waiting.length) return this.#waiting[this.#taken++]
    this.#waiting = []
    this.#taken = 0
    return undefined
  }

  /** Resolves when there may be something to take. */
  wait(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  /** False when it has been seen before. */
  #see(job: number): boolean {
    const at = job >> 3
    const bit = 1 << (job & 7)
    if (at >= this.#seen.length) {
      const longer = new Uint8Array(Math.max(at + 1, this.#seen.length * 2))
      longer.set(this.#seen)
      this.#seen = longer
    }
    if (this.#seen[at]! & bit) return false
    this.#seen[at]! |= bit
    return true
  }
}
