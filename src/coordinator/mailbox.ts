/** What one `take` gives: all control messages, then a bounded run of data. */
export interface Mail<Control, Data> {
  readonly control: readonly Control[]
  readonly data: readonly Data[]
}

export interface MailboxLimits {
  /** Most data messages in one `take`. */
  readonly batchCount: number
  /** Most bytes of data in one `take`; one larger message is still taken, alone. */
  readonly batchBytes: number
}

const MAILBOX_LIMITS: MailboxLimits = { batchCount: 1_024, batchBytes: 8 << 20 }

interface Letter<Data> {
  readonly message: Data
  readonly sizeBytes: number
}

/**
 * The queue of one actor: pull-based, in two typed parts. Control is taken first; data keeps the order in which it was
 * offered. One owner takes; anyone may post and offer. Neither waits: what is on its way is bounded by its senders. A
 * job in flight says how it ended once, and the next one starts only after that is durable.
 */
export class Mailbox<Control, Data> {
  readonly #limits: MailboxLimits
  #control: Control[] = []
  #data: Letter<Data>[] = []
  #head = 0
  #wake: (() => void) | undefined

  constructor(limits: MailboxLimits = MAILBOX_LIMITS) {
    this.#limits = limits
  }

  /** Data messages that wait. */
  get size(): number {
    return this.#data.length - this.#head
  }

  /** Adds a control message. */
  post(message: Control): void {
    this.#control.push(message)
    this.#awaken()
  }

  /** Adds a data message. */
  offer(message: Data, sizeBytes: number): void {
    this.#data.push({ message, sizeBytes })
    this.#awaken()
  }

  /**
   * Waits until there is mail, then takes it.
   * @param most data messages, up to the limit of the mailbox
   */
  async take(most?: number): Promise<Mail<Control, Data>> {
    if (this.#control.length === 0 && this.size === 0)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    return this.takeNow(most)
  }

  /** Takes what is there, which may be nothing. */
  takeNow(most = this.#limits.batchCount): Mail<Control, Data> {
    const batchCount = Math.min(most, this.#limits.batchCount)
    const control = this.#control
    this.#control = []
    const data: Data[] = []
    let bytes = 0
    while (data.length < batchCount && this.#head < this.#data.length) {
      const letter = this.#data[this.#head]!
      if (data.length > 0 && bytes + letter.sizeBytes > this.#limits.batchBytes) break
      bytes += letter.sizeBytes
      data.push(letter.message)
      this.#head++
    }
    this.#compact()
    return { control, data }
  }

  #compact(): void {
    if (this.#head === this.#data.length) {
      this.#data = []
      this.#head = 0
    } else if (this.#head > 8_192) {
      this.#data = this.#data.slice(this.#head)
      this.#head = 0
    }
  }

  #awaken(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
