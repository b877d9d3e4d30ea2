const EMPTY = -1
const FEWEST_PLACES = 1_024
/** Of its places, that are used at most. */
const LOAD = 0.5

/** What is known of the keys that jobs have now. */
export interface JobKeys {
  /** 32 bits of its key. */
  hashOf(job: number): number
  has(job: number, key: string): boolean
  isSame(job: number, other: number): boolean
}

/** Keys that are texts. */
export const textKeys = (keyOf: (job: number) => string): JobKeys => ({
  hashOf: job => keyHash(keyOf(job)),
  has: (job, key) => keyOf(job) === key,
  isSame: (job, other) => keyOf(job) === keyOf(other),
})

/**
 * Finds jobs by a key that they have now: eight bytes a place, of which half are used at most, so that a million jobs
 * fit. Keys are compared only where 32 bits of their hashes are equal.
 */
export class MadeIndex {
  #jobs: Int32Array
  #hashes: Uint32Array
  #count = 0
  readonly #keys: JobKeys

  /**
   * @param keys a job that has another key than the one that it was added with is not found
   * @param expected jobs that will probably be added
   */
  constructor(keys: JobKeys, expected = 0) {
    this.#keys = keys
    let places = FEWEST_PLACES
    while (places * LOAD < expected) places *= 2
    this.#jobs = new Int32Array(places).fill(EMPTY)
    this.#hashes = new Uint32Array(places)
  }

  /** The job that was added with this key, or `undefined`. */
  find(key: string): number | undefined {
    const job = this.#jobs[this.#placeOf(keyHash(key), each => this.#keys.has(each, key))]!
    return job === EMPTY ? undefined : job
  }

  /** The last job of a key is the one that is found, unless the other one is kept. */
  add(job: number, keeps: (other: number) => boolean = () => false): void {
    if (this.#count >= this.#jobs.length * LOAD) this.#grow()
    const hash = this.#keys.hashOf(job)
    const place = this.#placeOf(hash, each => this.#keys.isSame(each, job))
    if (this.#jobs[place] === EMPTY) this.#count++
    else if (keeps(this.#jobs[place]!)) return
    this.#jobs[place] = job
    this.#hashes[place] = hash
  }

  /** Where a key is, or would be: open addressing, place by place. */
  #placeOf(hash: number, hasKey: (job: number) => boolean): number {
    const mask = this.#jobs.length - 1
    let place = hash & mask
    for (let job = this.#jobs[place]!; job !== EMPTY; job = this.#jobs[place]!) {
      if (this.#hashes[place] === hash && hasKey(job)) break
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

/** A key begins with a SHA-256, whose first 32 bits are as good as any; variants differ after it. */
function keyHash(key: string): number {
  let hash = Number.parseInt(key.slice(0, 8), 16) | 0
  for (let at = 64; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return hash >>> 0
}
