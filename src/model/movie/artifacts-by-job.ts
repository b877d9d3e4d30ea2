import { type ArtifactId, type JobId, jobOf } from '../id.js'
import { textHash } from './text-hash.js'

const FEWEST_HEADS = 1_024

/**
 * Finds the artifacts of a job among those that are numbered as they are first seen. Made when somebody first asks:
 * twelve bytes an artifact. One that holds nothing at that time is not found later, so that what a plan has taken over
 * costs nothing.
 */
export class ArtifactsByJob {
  readonly #idAt: (artifact: number) => ArtifactId
  /** 1 + the last artifact of a job, by the hash of the job's id; 0: none. */
  #heads = new Int32Array(FEWEST_HEADS)
  /** 1 + the artifact before it with the same hash. */
  #before = new Int32Array(0)
  /** Artifacts that were looked at. */
  #count = 0

  constructor(idAt: (artifact: number) => ArtifactId) {
    this.#idAt = idAt
  }

  /** @param count of all artifacts, which have the numbers below it */
  of(job: JobId, count: number, isThere: (artifact: number) => boolean): readonly number[] {
    this.#lookAt(count, isThere)
    const found: number[] = []
    for (let at = this.#heads[this.#placeOf(job)]!; at !== 0; at = this.#before[at - 1]!)
      if (isThere(at - 1) && jobOf(this.#idAt(at - 1)) === job) found.push(at - 1)
    return found.reverse()
  }

  #lookAt(count: number, isThere: (artifact: number) => boolean): void {
    if (count > this.#before.length) this.#grow(count)
    for (; this.#count < count; this.#count++) if (isThere(this.#count)) this.#add(this.#count)
  }

  #add(artifact: number): void {
    const place = this.#placeOf(jobOf(this.#idAt(artifact)))
    this.#before[artifact] = this.#heads[place]!
    this.#heads[place] = artifact + 1
  }

  #placeOf(job: JobId): number {
    return textHash(job) & (this.#heads.length - 1)
  }

  #grow(count: number): void {
    const before = new Int32Array(Math.max(count, 2 * this.#before.length))
    before.set(this.#before)
    this.#before = before
    let heads = this.#heads.length
    while (heads < before.length) heads *= 2
    if (heads === this.#heads.length) return
    const old = this.#heads
    this.#heads = new Int32Array(heads)
    const linked = [...old].filter(head => head !== 0)
    for (const head of linked) {
      const chain: number[] = []
      for (let at = head; at !== 0; at = this.#before[at - 1]!) chain.push(at - 1)
      for (const artifact of chain.reverse()) this.#add(artifact)
    }
  }
}
