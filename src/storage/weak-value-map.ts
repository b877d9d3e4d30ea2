/** A map that keeps a value as long as somebody else uses it; then its entry goes, too. */
export class WeakValueMap<Key, Value extends object> {
  readonly #refs = new Map<Key, WeakRef<Value>>()
  readonly #collected = new FinalizationRegistry<Key>(key => {
    // Another value may have taken the place.
    if (this.#refs.get(key)?.deref() === undefined) this.#refs.delete(key)
  })

  get(key: Key): Value | undefined {
    return this.#refs.get(key)?.deref()
  }

  set(key: Key, value: Value): void {
    this.#refs.set(key, new WeakRef(value))
    this.#collected.register(value, key)
  }

  *values(): Generator<Value> {
    for (const ref of this.#refs.values()) {
      const value = ref.deref()
      if (value !== undefined) yield value
    }
  }
}
