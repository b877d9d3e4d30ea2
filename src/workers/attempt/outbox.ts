/** A full batch does not wait for the end of the turn, so that its receiver can start while the rest is produced. */
const BATCH_COUNT = 32

/** Gathers what one turn of the event loop produces and hands it on in batches. */
export class Outbox<Message> {
  readonly #flush: (messages: Message[]) => void
  #messages: Message[] = []

  constructor(flush: (messages: Message[]) => void) {
    this.#flush = flush
  }

  push(message: Message): void {
    const count = this.#messages.push(message)
    if (count === BATCH_COUNT) this.flush()
    else if (count === 1) setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.#messages.length === 0) return
    const messages = this.#messages
    this.#messages = []
    this.#flush(messages)
  }
}
