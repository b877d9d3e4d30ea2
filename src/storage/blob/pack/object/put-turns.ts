/** Full batches that are sent at the same time. */
const PUTS_AT_ONCE = 4

interface Waiting {
  readonly isFull: () => boolean
  readonly go: () => void
}

/**
 * When a batch may be sent: at once while no other is on its way, since whatever comes meanwhile goes along with the
 * next; a full one also beside others.
 */
export class PutTurns {
  readonly #waiting: Waiting[] = []
  #underWay = 0

  take(isFull: () => boolean): Promise<void> {
    return new Promise(go => {
      this.#waiting.push({ isFull, go })
      this.look()
    })
  }

  /** To be called when a batch that was sent has arrived or failed. */
  give(): void {
    this.#underWay--
    this.look()
  }

  /** To be called when a waiting batch may have become full. */
  look(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#underWay > 0 && !(next.isFull() && this.#underWay < PUTS_AT_ONCE)) return
      this.#waiting.shift()
      this.#underWay++
      next.go()
    }
  }
}
