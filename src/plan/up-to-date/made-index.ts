const EMPTY = -1
const FEWEST_PLACES = 1_024
/** Of its places, that are used at most. */
const LOAD = 0.5

/**
 * Finds jobs by a key that they have now: eight bytes a place, of which half are used at most, so that a million jobs
 * fit. Keys are compared only where 32 bits of their hashes are equal.
 */
export class MadeIndex {
  #jobs: Int32Array
  #hashes: Uint32Array
  #count = 0
  readonly #keyOf: (job: number) => string

  /**
   * @param keyOf a job that has another key than the one that it was added with is not found
   * @param expected jobs that will probably be added
   */
  constructor(keyOf: (job: number) => string, expected = 0) {
    this.#keyOf = keyOf
    let places = FEWEST_PLACES
    while (places * LOAD < expected) places *= 2
    this.#jobs = new Int32Array(places).fill(EMPTY)
    this.#hashes = new Uint32Array(places)
  }

  /** The job that was added with this key, or `undefined`. */
  find(key: string): number | undefined {
    const job = this.#jobs[this.#placeOf(key, hashOf(key))]!
    return job === EMPTY ? undefined : job
  }

  /** The last job of a key is the one that is found. */
  add(key: string, job: number): void {
    if (this.#count >= this.#jobs.length * LOAD) this.#grow()
    const hash = hashOf(key)
    const place = this.#placeOf(key, hash)
    if (this.#jobs[place] === EMPTY) this.#count++
    this.#jobs[place] = job
    this.#hashes[place] = hash
  }

  /** Where the key is, or would be: open addressing, place by place. */
  #placeOf(key: string, hash: number): number {
    const mask = this.#jobs.length - 1
    let place = hash & mask
    for (let job = this.#jobs[place]!; job !== EMPTY; job = this.#jobs[place]!) {
      if (this.#hashes[place] === hash && this.#keyOf(job) === key) break
      place = (place + 1) & mask
    }
    return place
  }

  #grow(): void {
    const [jobs, hashes] = [this.#jobs, this.#hashes]
    this.#jobs = new Int32Array(jobs.length * 2).fill(EMPTY)
    this.#hashes = new Uint32Array(jobs.length * 2)
    const mask = this.#jobs.length - 1
    for (let from = 0; from < jobs.length; from++) {
      if (jobs[from] === EMPTY) continue
      let place = hashes[from]! & mask
      while (this.#jobs[place] !== EMPTY) place = (place + 1) & mask
      this.#jobs[place] = jobs[from]!
      this.#hashes[place] = hashes[from]!
    }
  }
}

/** A key begins with a SHA-256, whose first digits are as good as any; variants differ after it. */
function hashOf(key: string): number {
  let hash = Number.parseInt(key.slice(0, 8), 16) | 0
  for (let at = 64; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return hash >>> 0
}
