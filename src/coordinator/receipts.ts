/** A receipt, and how many messages had been offered when it came. */
interface Receipt {
  readonly receipt: number
  readonly offeredCount: number
}

/**
 * Which receipts of an executor are covered by what is durable. Counts the data messages of a run, which leave the
 * mailbox in the order in which they came in.
 */
export class Receipts {
  readonly #waiting: Receipt[] = []
  #offeredCount = 0
  #takenCount = 0

  /** Messages that the loop has taken. */
  get takenCount(): number {
    return this.#takenCount
  }

  offered(): void {
    this.#offeredCount++
  }

  taken(count: number): void {
    this.#takenCount += count
  }

  /** @returns true when no message waits that it covers */
  add(receipt: number): boolean {
    this.#waiting.push({ receipt, offeredCount: this.#offeredCount })
    return this.#offeredCount === this.#takenCount
  }

  /** @returns the last receipt whose messages are all among the first `takenCount`; undefined: no new one is */
  recorded(takenCount: number): number | undefined {
    let count = 0
    while (count < this.#waiting.length && this.#waiting[count]!.offeredCount <= takenCount) count++
    if (count === 0) return undefined
    const last = this.#waiting[count - 1]!.receipt
    this.#waiting.splice(0, count)
    return last
  }
}
