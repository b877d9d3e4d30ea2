const EMPTY = -1
const INITIAL_SLOTS = 1_024
/** Of its slots, that are used at most. */
const LOAD = 0.5

/** Finds jobs by the hash of their key: four bytes for each, so that a million of them fit. */
export class MadeIndex {
  #jobs = new Int32Array(INITIAL_SLOTS).fill(EMPTY)
  #count = 0
  readonly #keyOf: (job: number) => string

  constructor(keyOf: (job: number) => string) {
    this.#keyOf = keyOf
  }

  /** The job that was added with this key, or `undefined`. */
  find(key: string): number | undefined {
    const job = this.#jobs[this.#slotOf(key)]!
    return job === EMPTY ? undefined : job
  }

  /** The last job of a key is the one that is found. */
  add(key: string, job: number): void {
    if (this.#count >= this.#jobs.length * LOAD) this.#grow()
    const slot = this.#slotOf(key)
    if (this.#jobs[slot] === EMPTY) this.#count++
    this.#jobs[slot] = job
  }

  /** Where the key is, or would be: open addressing, slot by slot. */
  #slotOf(key: string): number {
    const mask = this.#jobs.length - 1
    let slot = hashOf(key) & mask
    while (this.#jobs[slot] !== EMPTY && this.#keyOf(this.#jobs[slot]!) !== key) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const before = this.#jobs
    this.#jobs = new Int32Array(before.length * 2).fill(EMPTY)
    for (const job of before) if (job !== EMPTY) this.#jobs[this.#slotOf(this.#keyOf(job))] = job
  }
}

/** A key begins with a SHA-256, whose first digits are as good as any; variants differ after it. */
function hashOf(key: string): number {
  let hash = Number.parseInt(key.slice(0, 8), 16) | 0
  for (let at = 64; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return hash >>> 0
}
