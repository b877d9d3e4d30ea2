import type { JobId } from '../../../model/id.js'
import { integersColumn } from '../growing-column.js'
import { jobName } from './job-name.js'

/** In UTF-8 no byte is this one. */
const SEPARATOR = 0xff
const FIRST_BYTES = 64 * 1024
/** Characters become at most so many bytes each. */
const BYTES_A_CHARACTER = 3
/** Names that are added at once before others have their turn. */
const SLICE = 10_000

interface NumberedJobs {
  readonly count: number
  idAt(job: number): JobId
}

/**
 * The names of all jobs in lower case, one after the other in memory: the processor looks through a million of them in
 * some ten milliseconds, where making each name takes a second.
 */
export class JobNames {
  readonly #jobs: NumberedJobs
  #bytes: Buffer = Buffer.alloc(FIRST_BYTES)
  #sizeBytes = 0
  /** After the name of each job. */
  readonly #ends = integersColumn()

  constructor(jobs: NumberedJobs) {
    this.#jobs = jobs
  }

  /** Adds the names of new jobs, some at a time. @returns whether there are more */
  grow(limit = SLICE): boolean {
    const end = Math.min(this.#jobs.count, this.#ends.length + limit)
    while (this.#ends.length < end) this.#add(jobName(this.#jobs.idAt(this.#ends.length)).toLowerCase())
    return end < this.#jobs.count
  }

  /** 1 for each job whose name has the text in it, whatever the case. */
  with(text: string): Uint8Array {
    while (this.grow());
    const found = new Uint8Array(this.#ends.length)
    const wanted = Buffer.from(text.toLowerCase())
    const names = this.#bytes.subarray(0, this.#sizeBytes)
    let job = 0
    for (let at = names.indexOf(wanted); at !== -1; at = names.indexOf(wanted, this.#ends.get(job++))) {
      while (this.#ends.get(job) <= at) job++
      found[job] = 1
    }
    return found
  }

  #add(name: string): void {
    const needed = this.#sizeBytes + BYTES_A_CHARACTER * name.length + 1
    if (needed > this.#bytes.length) this.#bytes = enlarged(this.#bytes, needed)
    this.#sizeBytes += this.#bytes.write(name, this.#sizeBytes)
    this.#bytes[this.#sizeBytes++] = SEPARATOR
    this.#ends.push(this.#sizeBytes)
  }
}

function enlarged(bytes: Buffer, needed: number): Buffer {
  const larger = Buffer.alloc(Math.max(needed, 2 * bytes.length))
  bytes.copy(larger)
  return larger
}
