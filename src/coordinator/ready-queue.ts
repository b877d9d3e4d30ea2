const NONE = -1

interface Lane {
  head: number
  tail: number
}

export type ReadyOrder = 'by layer' | 'deepest first'

/**
 * Jobs that may start, in lanes by provider and layer, first in first out. Lists are threaded through one
 * `Int32Array`, so a queued job costs four bytes.
 */
export class ReadyQueue {
  readonly #next: Int32Array
  readonly #order: ReadyOrder
  /** By provider: lanes by layer. Taken by layer, a lane goes when it is empty; deepest first, when its layer leaves the heap. */
  readonly #lanes: readonly Map<number, Lane>[]
  /** By provider: a max-heap of the layers in `#lanes`; unused when taken by layer. */
  readonly #heaps: readonly number[][]
  #size = 0

  constructor(jobCount: number, providerCount: number, order: ReadyOrder) {
    this.#next = new Int32Array(jobCount).fill(NONE)
    this.#order = order
    this.#lanes = Array.from({ length: providerCount }, () => new Map())
    this.#heaps = Array.from({ length: providerCount }, () => [])
  }

  get size(): number {
    return this.#size
  }

  push(provider: number, layer: number, job: number): void {
    this.#size++
    const lanes = this.#lanes[provider]!
    const lane = lanes.get(layer)
    if (!lane) {
      lanes.set(layer, { head: job, tail: job })
      if (this.#order === 'deepest first') pushHeap(this.#heaps[provider]!, layer)
      return
    }
    if (lane.head === NONE) lane.head = job
    else this.#next[lane.tail] = job
    lane.tail = job
  }

  /** The oldest job of this provider, in this layer or, deepest first, in its deepest one; -1 when there is none. */
  pop(provider: number, layer: number): number {
    const lanes = this.#lanes[provider]!
    if (this.#order === 'by layer') {
      const job = this.#shift(lanes.get(layer))
      if (lanes.get(layer)?.head === NONE) lanes.delete(layer)
      return job
    }
    const heap = this.#heaps[provider]!
    while (heap.length > 0) {
      const job = this.#shift(lanes.get(heap[0]!))
      if (job !== NONE) return job
      lanes.delete(heap[0]!)
      popHeap(heap)
    }
    return NONE
  }

  #shift(lane: Lane | undefined): number {
    if (!lane || lane.head === NONE) return NONE
    const job = lane.head
    lane.head = job === lane.tail ? NONE : this.#next[job]!
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
