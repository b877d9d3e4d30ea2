/** Checkpoints of one attempt that wait until they are durable. */
export class PendingCheckpoints {
  readonly #waiting = new Map<number, { resolve(): void; reject(error: Error): void }>()
  #lastNumber = 0

  /** Numbers a new request and hands the number to `send`; resolves when it is acknowledged. */
  request(send: (requestNumber: number) => void): Promise<void> {
    const requestNumber = ++this.#lastNumber
    return new Promise((resolve, reject) => {
      this.#waiting.set(requestNumber, { resolve, reject })
      send(requestNumber)
    })
  }

  acknowledge(requestNumber: number): void {
    this.#waiting.get(requestNumber)?.resolve()
    this.#waiting.delete(requestNumber)
  }

  rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
