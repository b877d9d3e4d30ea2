type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

const FIRST_LENGTH = 1024

/** Numbers one after the other, in a typed array that grows; what is not set reads as 0. */
class GrowingColumn<Values extends Numbers> {
  readonly #make: (length: number) => Values
  #values: Values
  #length = 0

  constructor(make: (length: number) => Values) {
    this.#make = make
    this.#values = make(FIRST_LENGTH)
  }

  get length(): number {
    return this.#length
  }

  get(at: number): number {
    return this.#values[at] ?? 0
  }

  set(at: number, value: number): void {
    if (at >= this.#values.length) this.#grow(at + 1)
    if (at >= this.#length) this.#length = at + 1
    this.#values[at] = value
  }

  push(value: number): void {
    this.set(this.#length, value)
  }

  #grow(needed: number): void {
    const grown = this.#make(Math.max(needed, this.#values.length * 2))
    grown.set(this.#values)
    this.#values = grown
  }
}

export const bytesColumn = () => new GrowingColumn(length => new Uint8Array(length))
export const shortsColumn = () => new GrowingColumn(length => new Uint16Array(length))
export const integersColumn = () => new GrowingColumn(length => new Uint32Array(length))
export const floatsColumn = () => new GrowingColumn(length => new Float64Array(length))
