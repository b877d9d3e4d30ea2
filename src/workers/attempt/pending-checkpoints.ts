import { ProviderError } from '../../model/provider/failure/provider-error.js'

/** More than a provider that waits for them ever has at once. */
export const PENDING_CHECKPOINTS_LIMIT = 64

/** Checkpoints of one attempt that wait until they are durable. */
export class PendingCheckpoints {
  readonly #waiting = new Map<number, { resolve(): void; reject(error: Error): void }>()
  #lastNumber = 0

  /**
   * Numbers a new request and hands the number to `send`; resolves when it is acknowledged.
   * @throws ProviderError `bug` when too many wait already
   */
  request(send: (requestNumber: number) => void): Promise<void> {
    if (this.#waiting.size >= PENDING_CHECKPOINTS_LIMIT)
      throw new ProviderError(
        'bug',
        `${PENDING_CHECKPOINTS_LIMIT} checkpoints of this attempt are not in the log yet. Await each checkpoint() before the next.`,
      )
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
