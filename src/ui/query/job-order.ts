import type { MovieMoment } from '../history/movie-moment.js'

/**
 * The jobs that there are at a moment, in the order in which they are shown: those of its run's plan, then those that
 * earlier runs have made and this one had no place for any more.
 */
export class JobOrder {
  readonly planned: number
  readonly #order: Uint32Array | undefined
  readonly #gone: Uint32Array

  constructor(moment: MovieMoment) {
    const { jobs } = moment.history
    const plan = moment.run?.plan
    this.planned = plan?.jobCount ?? 0
    this.#order = plan && jobs.orderOf(plan)
    this.#gone = this.#goneIn(moment)
  }

  get count(): number {
    return this.planned + this.#gone.length
  }

  jobAt(place: number): number {
    if (place >= this.planned) return this.#gone[place - this.planned]!
    return this.#order?.[place] ?? place
  }

  #goneIn(moment: MovieMoment): Uint32Array {
    const { count } = moment.history.jobs
    if (this.#order === undefined && this.planned === count) return new Uint32Array(0)
    const isPlanned = new Uint8Array(count)
    if (this.#order === undefined) isPlanned.fill(1, 0, this.planned)
    else for (const job of this.#order) isPlanned[job] = 1
    const gone: number[] = []
    for (let job = 0; job < count; job++)
      if (isPlanned[job] === 0 && moment.stateOf(job) !== 0) gone.push(job)
    return Uint32Array.from(gone)
  }
}
