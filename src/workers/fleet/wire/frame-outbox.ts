/** Messages of one frame, each as JSON. */
export interface Sent {
  readonly seq: number
  readonly messages: readonly string[]
}

/** What one end has sent, and keeps until the other end says that it may be forgotten. */
export class FrameOutbox {
  #kept: Sent[] = []
  #lastSeq = 0

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** The oldest frame that can be sent again; the next one when none is kept. */
  get low(): number {
    return this.#kept[0]?.seq ?? this.#lastSeq + 1
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0
  }

  add(messages: readonly string[]): Sent {
    const sent = { seq: ++this.#lastSeq, messages }
    this.#kept.push(sent)
    return sent
  }

  acknowledged(ack: number): void {
    if (ack < this.low) return
    let count = 0
    while (count < this.#kept.length && this.#kept[count]!.seq <= ack) count++
    this.#kept.splice(0, count)
  }

  /** What is to be sent again. */
  from(seq: number): readonly Sent[] {
    return this.#kept.filter(sent => sent.seq >= seq)
  }
}
