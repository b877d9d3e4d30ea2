const FREE_CAPACITY = 1024

/** Linked lists of who waits for what, in typed arrays: twelve bytes each. Numbers count from 1; 0 ends a list. */
export class WaitPool {
  #next = new Int32Array(FREE_CAPACITY)
  #edges = new Int32Array(FREE_CAPACITY)
  #consumers = new Int32Array(FREE_CAPACITY)
  #used = 1
  #free = 0

  /** @param next the rest of the list that it is put in front of */
  add(edge: number, consumer: number, next: number): number {
    let wait = this.#free
    if (wait !== 0) this.#free = this.#next[wait]!
    else {
      if (this.#used === this.#next.length) this.#grow()
      wait = this.#used++
    }
    this.#next[wait] = next
    this.#edges[wait] = edge
    this.#consumers[wait] = consumer
    return wait
  }

  nextOf(wait: number): number {
    return this.#next[wait]!
  }

  edgeOf(wait: number): number {
    return this.#edges[wait]!
  }

  consumerOf(wait: number): number {
    return this.#consumers[wait]!
  }

  free(wait: number): void {
    this.#next[wait] = this.#free
    this.#free = wait
  }

  #grow(): void {
    const longer = (column: Int32Array) => {
      const grown = new Int32Array(2 * column.length)
      grown.set(column)
      return grown
    }
    this.#next = longer(this.#next)
    this.#edges = longer(this.#edges)
    this.#consumers = longer(this.#consumers)
  }
}
