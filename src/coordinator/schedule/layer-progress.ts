/** How far a run is, layer by layer. */
export class LayerProgress {
  readonly #left: Int32Array
  readonly #limit: number
  #current = 0
  #unsettled = 0

  /**
   * @param sizes jobs of each layer
   * @param upToLayer layers to run, from 1; absent: all
   */
  constructor(sizes: Int32Array, upToLayer: number | undefined) {
    this.#left = sizes.slice()
    this.#limit = Math.min(upToLayer ?? sizes.length, sizes.length)
    for (let layer = 0; layer < this.#limit; layer++) this.#unsettled += this.#left[layer]!
    this.#passDone()
  }

  /** The first layer with jobs that have not settled. */
  get current(): number {
    return this.#current
  }

  /** Jobs of the layers to run that have not settled. */
  get unsettledCount(): number {
    return this.#unsettled
  }

  includes(layer: number): boolean {
    return layer < this.#limit
  }

  /** More jobs have become known. The layer is not before the current one. */
  add(layer: number, count: number): void {
    this.#left[layer]! += count
    if (this.includes(layer)) this.#unsettled += count
  }

  settle(layer: number): void {
    this.#unsettled--
    this.#left[layer]!--
    this.#passDone()
  }

  /** Also at first: a loop over an empty list has no jobs, and nothing of its layer ever settles. */
  #passDone(): void {
    while (this.#current < this.#limit - 1 && this.#left[this.#current] === 0) this.#current++
  }
}
