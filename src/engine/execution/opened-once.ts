/** Something that is opened when it is first asked for, and stays open. */
export class OpenedOnce<T> {
  readonly #open: () => Promise<T>
  #opened: Promise<T> | undefined

  constructor(open: () => Promise<T>) {
    this.#open = open
  }

  get(): Promise<T> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  /** Undefined while nobody has asked for it. */
  get opened(): Promise<T> | undefined {
    return this.#opened
  }
}
