const NONE = -1

interface Lane {
  head: number
  tail: number
}

export type ReadyOrder = 'by layer' | 'deepest first'

/**
 * Jobs that may start, in lanes by family and layer, first in first out. Lists are threaded through one
 * `Int32Array`, so a queued job costs four bytes.
 */
export class ReadyQueue {
  readonly #next: Int32Array
  readonly #order: ReadyOrder
  /** By family: lanes by layer. Taken by layer, a lane goes when it is empty; deepest first, when its layer leaves the heap. */
  readonly #lanes: readonly Map<number, Lane>[]
  /** By family: a max-heap of the layers in `#lanes`; unused when taken by layer. */
  readonly #heaps: readonly number[][]
  #size = 0

  constructor(jobCount: number, familyCount: number, order: ReadyOrder) {
    this.#next = new Int32Array(jobCount).fill(NONE)
    this.#order = order
    this.#lanes = Array.from({ length: familyCount }, () => new Map())
    this.#heaps = Array.from({ length: familyCount }, () => [])
  }

  get size(): number {
    return this.#size
  }

  push(family: number, layer: number, job: number): void {
    this.#size++
    const lanes = this.#lanes[family]!
    const lane = lanes.get(layer)
    if (!lane) {
      lanes.set(layer, { head: job, tail: job })
      if (this.#order === 'deepest first') pushHeap(this.#heaps[family]!, layer)
      return
    }
    if (lane.head === NONE) lane.head = job
    else this.#next[lane.tail] = job
    lane.tail = job
  }

  /** The oldest job of this family, in this layer or, deepest first, in its deepest one; -1 when there is none. */
  pop(family: number, layer: number): number {
    const lanes = this.#lanes[family]!
    if (this.#order === 'by layer') {
      const job = this.#shift(lanes.get(layer))
      if (lanes.get(layer)?.head === NONE) lanes.delete(layer)
      return job
    }
    const deepest = this.layerOf(family, layer)
    return deepest === NONE ? NONE : this.#shift(lanes.get(deepest))
  }

  /** Puts so many of the jobs that {@link pop} would take next behind all others of their layer. */
  rotate(family: number, layer: number, count: number): void {
    const found = this.layerOf(family, layer)
    const lane = found === NONE ? undefined : this.#lanes[family]!.get(found)
    if (lane === undefined) return
    for (let moved = 0; moved < count && lane.head !== lane.tail; moved++) {
      const job = lane.head
      lane.head = this.#next[job]!
      this.#next[lane.tail] = job
      lane.tail = job
    }
  }

  /** The layer that {@link pop} would take a job from; -1 when there is none. */
  layerOf(family: number, layer: number): number {
    const lanes = this.#lanes[family]!
    if (this.#order === 'by layer') return lanes.has(layer) ? layer : NONE
    const heap = this.#heaps[family]!
    while (heap.length > 0 && lanes.get(heap[0]!)!.head === NONE) {
      lanes.delete(heap[0]!)
      popHeap(heap)
    }
    return heap[0] ?? NONE
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
