/** Gathers what one turn of the event loop produces and hands it on as one batch. */
export class Outbox<Message> {
  readonly #flush: (messages: Message[]) => void
  #messages: Message[] = []

  constructor(flush: (messages: Message[]) => void) {
    this.#flush = flush
  }

  push(message: Message): void {
    if (this.#messages.push(message) > 1) return
    setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.#messages.length === 0) return
    const messages = this.#messages
    this.#messages = []
    this.#flush(messages)
  }
}
