const NONE = -1

interface JobList {
  head: number
  tail: number
}

export type ReadyOrder = 'by layer' | 'deepest first'

/**
 * Jobs that may start, in lists by family and layer, first in first out. The lists are threaded through one
 * `Int32Array`, so a queued job costs four bytes.
 */
export class ReadyQueue {
  #next: Int32Array
  readonly #order: ReadyOrder
  /** By family: lists by layer. Taken by layer, a list is removed when it is empty; deepest first, when its layer leaves the heap. */
  readonly #lists: readonly Map<number, JobList>[]
  /** By family: a max-heap of the layers in `#lists`; unused when taken by layer. */
  readonly #heaps: readonly number[][]
  #size = 0

  constructor(jobCount: number, familyCount: number, order: ReadyOrder) {
    this.#next = new Int32Array(jobCount).fill(NONE)
    this.#order = order
    this.#lists = Array.from({ length: familyCount }, () => new Map())
    this.#heaps = Array.from({ length: familyCount }, () => [])
  }

  /** There are so many slots of jobs now. */
  grow(jobSlots: number): void {
    if (jobSlots <= this.#next.length) return
    const before = this.#next
    this.#next = new Int32Array(Math.max(jobSlots, before.length + (before.length >> 1))).fill(
      NONE,
      before.length,
    )
    this.#next.set(before)
  }

  get size(): number {
    return this.#size
  }

  push(family: number, layer: number, job: number): void {
    this.#size++
    const lists = this.#lists[family]!
    const list = lists.get(layer)
    if (!list) {
      lists.set(layer, { head: job, tail: job })
      if (this.#order === 'deepest first') pushHeap(this.#heaps[family]!, layer)
      return
    }
    if (list.head === NONE) list.head = job
    else this.#next[list.tail] = job
    list.tail = job
  }

  /** The oldest job of this family, in this layer or, deepest first, in its deepest one; -1 when there is none. */
  pop(family: number, layer: number): number {
    const lists = this.#lists[family]!
    if (this.#order === 'by layer') {
      const job = this.#shift(lists.get(layer))
      if (lists.get(layer)?.head === NONE) lists.delete(layer)
      return job
    }
    const deepest = this.layerOf(family, layer)
    return deepest === NONE ? NONE : this.#shift(lists.get(deepest))
  }

  /** Moves so many of the jobs that {@link pop} would take next to the end of their layer. */
  rotate(family: number, layer: number, count: number): void {
    const found = this.layerOf(family, layer)
    const list = found === NONE ? undefined : this.#lists[family]!.get(found)
    if (list === undefined) return
    for (let moved = 0; moved < count && list.head !== list.tail; moved++) {
      const job = list.head
      list.head = this.#next[job]!
      this.#next[list.tail] = job
      list.tail = job
    }
  }

  /** The layer that {@link pop} would take a job from; -1 when there is none. */
  layerOf(family: number, layer: number): number {
    const lists = this.#lists[family]!
    if (this.#order === 'by layer') return lists.has(layer) ? layer : NONE
    const heap = this.#heaps[family]!
    while (heap.length > 0 && lists.get(heap[0]!)!.head === NONE) {
      lists.delete(heap[0]!)
      popHeap(heap)
    }
    return heap[0] ?? NONE
  }

  #shift(list: JobList | undefined): number {
    if (!list || list.head === NONE) return NONE
    const job = list.head
    list.head = job === list.tail ? NONE : this.#next[job]!
    this.#size--
    return job
  }
}

function pushHeap(heap: number[], value: number): void {
  let at = heap.push(value) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (heap[parent]! >= value) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = value
}

function popHeap(heap: number[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! > heap[child]!) child++
    if (heap[child]! <= last) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
}
