interface Entry<Item> {
  readonly atMs: number
  /** Entries of the same moment come in the order in which they were added. */
  readonly order: number
  readonly item: Item
}

/** What will happen, by the moment at which it does: a binary heap. */
export class EventQueue<Item> {
  readonly #heap: Entry<Item>[] = []
  #order = 0

  get isEmpty(): boolean {
    return this.#heap.length === 0
  }

  /** The moment of the next one; infinity when there is none. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  add(atMs: number, item: Item): void {
    const heap = this.#heap
    const entry = { atMs, order: this.#order++, item }
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(heap[parent]!, entry)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  take(): Item | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || heap.length === 0) return first?.item
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last!, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last!
    return first.item
  }
}

const isBefore = (one: Entry<unknown>, other: Entry<unknown>): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
