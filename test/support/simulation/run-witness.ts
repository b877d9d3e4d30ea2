import { isDeepStrictEqual } from 'node:util'
import type { RunBoard } from '../../../src/coordinator/state/run-board.js'
import type { ArtifactId, JobId } from '../../../src/model/id.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { Plan } from '../../../src/plan/plan.js'
import {
  type NaiveJob,
  type NaiveRead,
  naiveJobs,
  naiveValue,
  type RandomBlueprint,
} from '../blueprint/random-blueprint.js'
import type { ScriptedMovie } from './scripted-movie.js'
import type { Observer, ScriptedOptions } from './scripted-run.js'

/** What is true of every run, checked by the naive reading of the blueprint. */
export class Witness implements Observer {
  readonly jobs: ReadonlyMap<string, NaiveJob>
  readonly #plan: Plan
  readonly #options: ScriptedOptions
  readonly #movie: ScriptedMovie

  constructor(blueprint: RandomBlueprint, plan: Plan, movie: ScriptedMovie, runOptions: ScriptedOptions) {
    this.jobs = new Map(naiveJobs(blueprint).map(job => [job.jobId, job]))
    this.#plan = plan
    this.#movie = movie
    this.#options = runOptions
  }

  standingOf(board: RunBoard, jobId: string) {
    return board.standings.get(board.movie.slots.jobSlot(jobId as JobId))
  }

  /** The value of an artifact; of jobs that did not fail or get skipped in this run. */
  artifactOf(board: RunBoard, id: string): JsonValue | undefined {
    const standing = this.standingOf(board, id.slice(0, id.indexOf('.')))
    if (standing !== 'succeeded' && standing !== 'cached') return undefined
    const slot = board.movie.slots.artifactSlot(id as ArtifactId)
    const blob = board.movie.blobs.get(slot)
    if (!blob) return board.movie.values.get(slot)
    const text = this.#movie.blobs.get(blob.hash)!.toString()
    return blob.mimeType === 'application/json' ? (JSON.parse(text) as JsonValue) : text
  }

  dispatched(board: RunBoard, jobId: string, inputs: JsonValue): void {
    const { concurrency, providerConcurrency, schedule } = this.#options
    const { reads, condition, provider } = this.jobs.get(jobId)!
    for (const { jobIds } of condition ? [...reads, condition] : reads)
      for (const needed of jobIds) {
        const standing = this.standingOf(board, needed)
        const isDurable = standing !== 'succeeded' || this.#movie.succeeded.has(needed)
        if (!['succeeded', 'cached', 'failed', 'skipped'].includes(standing) || !isDurable)
          throw new Error(`${jobId} starts before ${needed}, which it reads, has ended in the log`)
      }
    const expected: Record<string, JsonValue> = {}
    for (const read of reads) {
      const value = naiveValue(read, id => this.artifactOf(board, id))
      if (value !== undefined) expected[read.name] = value
    }
    if (!isDeepStrictEqual(inputs, expected))
      throw new Error(`${jobId} gets ${JSON.stringify(inputs)}, expected ${JSON.stringify(expected)}`)
    const active = [...board.active.values()]
    if (active.length > concurrency)
      throw new Error(`${active.length} jobs are active, allowed ${concurrency}`)
    const running = active.filter(other => other.state === 'running')
    const ofProvider = running.filter(other => other.family.producer.provider === provider).length
    const limit = providerConcurrency.get(provider) ?? concurrency
    if (ofProvider > limit) throw new Error(`${ofProvider} jobs of ${provider} are active, allowed ${limit}`)
    if (schedule === 'layers') this.#checkLayer(board, board.movie.slots.jobSlot(jobId as JobId))
  }

  #checkLayer(board: RunBoard, job: number): void {
    const { layerOf } = this.#plan.layers
    for (let other = 0; other < this.#plan.jobCount; other++) {
      if (layerOf[other]! >= layerOf[job]!) continue
      if (['waiting', 'queued', 'active'].includes(board.standings.get(other)))
        throw new Error(`layer ${layerOf[job]} starts before layer ${layerOf[other]} is complete`)
    }
  }

  /** How each job must have ended, given how the jobs it reads ended. */
  checkEnds(board: RunBoard): void {
    for (const job of this.jobs.values()) {
      const actual = this.standingOf(board, job.jobId)
      const expected = this.#expectedEnds(board, job)
      if (!expected.includes(actual)) throw new Error(`${job.jobId} is ${actual}, expected ${expected}`)
    }
  }

  #expectedEnds(board: RunBoard, job: NaiveJob): readonly string[] {
    const { upToLayer = Number.POSITIVE_INFINITY } = this.#options
    const slot = board.movie.slots.jobSlot(job.jobId as JobId)
    if (this.#plan.layers.layerOf[slot]! >= upToLayer) return ['waiting']
    return this.#mayRun(board, job) ? ['succeeded', 'cached', 'failed'] : ['skipped']
  }

  #mayRun(board: RunBoard, { reads, condition }: NaiveJob): boolean {
    if ([...reads, ...(condition ? [condition] : [])].some(read => this.#blocks(board, read))) return false
    return condition === undefined || naiveValue(condition, id => this.artifactOf(board, id)) === 'picture'
  }

  /** A fan-in leaves out what its condition skipped; what is lacking because of a failure stops its consumer. */
  #blocks(board: RunBoard, { jobIds, isFanIn, isOptional }: NaiveRead): boolean {
    const isMissing = (needed: string) =>
      isFanIn
        ? this.#isLacking(board, needed)
        : ['failed', 'skipped'].includes(this.standingOf(board, needed))
    return !isOptional && jobIds.some(isMissing)
  }

  /** It failed, or the job that it was skipped for is lacking. */
  #isLacking(board: RunBoard, jobId: string): boolean {
    const standing = this.standingOf(board, jobId)
    if (standing !== 'skipped') return standing === 'failed'
    const reason = board.movie.skipReasons.get(board.movie.slots.jobSlot(jobId as JobId))
    return reason?.type === 'upstream' && this.#isLacking(board, reason.jobId)
  }
}
