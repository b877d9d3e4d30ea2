/** What one `take` gives: all control messages, then a bounded run of data. */
export interface Mail<Control, Data> {
  readonly control: readonly Control[]
  readonly data: readonly Data[]
}

export interface MailboxLimits {
  /** Data messages that may wait; further offers are admitted as these are taken. */
  readonly capacity: number
  /** Most data messages in one `take`. */
  readonly batchCount: number
  /** Most bytes of data in one `take`; one larger message is still taken, alone. */
  readonly batchBytes: number
}

const MAILBOX_LIMITS: MailboxLimits = { capacity: 16_384, batchCount: 1_024, batchBytes: 8 << 20 }

interface Letter<Data> {
  readonly message: Data
  readonly sizeBytes: number
  readonly admitted: (() => void) | undefined
}

/**
 * The queue of one actor: pull-based, with two typed lanes. Control never waits and is taken first; data is
 * bounded and keeps the order in which it was offered. One owner takes; anyone may post and offer.
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

  /** Data messages that wait, admitted or not. */
  get size(): number {
    return this.#data.length - this.#head
  }

  /** Adds a control message; never waits. */
  post(message: Control): void {
    this.#control.push(message)
    this.#awaken()
  }

  /** Adds a data message; resolves when it is among the first `capacity` that wait. */
  offer(message: Data, sizeBytes: number): Promise<void> | undefined {
    let waiting: Promise<void> | undefined
    let admitted: (() => void) | undefined
    if (this.size >= this.#limits.capacity)
      waiting = new Promise(resolve => {
        admitted = resolve
      })
    this.#data.push({ message, sizeBytes, admitted })
    this.#awaken()
    return waiting
  }

  /** Waits until there is mail, then takes it. */
  async take(): Promise<Mail<Control, Data>> {
    if (this.#control.length === 0 && this.size === 0)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    return this.takeNow()
  }

  /** Takes what is there, which may be nothing. */
  takeNow(): Mail<Control, Data> {
    const control = this.#control
    this.#control = []
    const data: Data[] = []
    let bytes = 0
    while (data.length < this.#limits.batchCount && this.#head < this.#data.length) {
      const letter = this.#data[this.#head]!
      if (data.length > 0 && bytes + letter.sizeBytes > this.#limits.batchBytes) break
      bytes += letter.sizeBytes
      data.push(letter.message)
      this.#head++
      this.#admitOne()
    }
    this.#compact()
    return { control, data }
  }

  /** The letter that has just moved up to the last admitted place. */
  #admitOne(): void {
    this.#data[this.#head + this.#limits.capacity - 1]?.admitted?.()
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
