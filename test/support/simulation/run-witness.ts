import { isDeepStrictEqual } from 'node:util'
import type { LiveRun } from '../../../src/coordinator/live-run.js'
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

  statusOf(live: LiveRun, jobId: string) {
    return live.state.statuses.get(live.state.movie.slots.jobSlot(jobId as JobId))
  }

  /** The value of an artifact; of jobs that did not fail or get skipped in this run. */
  artifactOf(live: LiveRun, id: string): JsonValue | undefined {
    const status = this.statusOf(live, id.slice(0, id.indexOf('.')))
    if (status !== 'succeeded' && status !== 'cached') return undefined
    const slot = live.state.movie.slots.artifactSlot(id as ArtifactId)
    const blob = live.state.movie.blobs.get(slot)
    if (!blob) return live.state.movie.values.get(slot)
    const text = this.#movie.blobs.get(blob.hash)!.toString()
    return blob.mimeType === 'application/json' ? (JSON.parse(text) as JsonValue) : text
  }

  dispatched(live: LiveRun, jobId: string, inputs: JsonValue): void {
    const { concurrency, providerConcurrency, schedule } = this.#options
    const { reads, condition, provider } = this.jobs.get(jobId)!
    for (const { jobIds } of condition ? [...reads, condition] : reads)
      for (const needed of jobIds) {
        const status = this.statusOf(live, needed)
        const isDurable = status !== 'succeeded' || this.#movie.succeeded.has(needed)
        if (!['succeeded', 'cached', 'failed', 'skipped'].includes(status) || !isDurable)
          throw new Error(`${jobId} starts before ${needed}, which it reads, has ended in the log`)
      }
    const expected: Record<string, JsonValue> = {}
    for (const read of reads) {
      const value = naiveValue(read, id => this.artifactOf(live, id))
      if (value !== undefined) expected[read.name] = value
    }
    if (!isDeepStrictEqual(inputs, expected))
      throw new Error(`${jobId} gets ${JSON.stringify(inputs)}, expected ${JSON.stringify(expected)}`)
    const active = [...live.state.active.values()]
    if (active.length > concurrency)
      throw new Error(`${active.length} jobs are active, allowed ${concurrency}`)
    const running = active.filter(other => other.state === 'running')
    const ofProvider = running.filter(other => other.family.producer.provider === provider).length
    const limit = providerConcurrency.get(provider) ?? concurrency
    if (ofProvider > limit) throw new Error(`${ofProvider} jobs of ${provider} are active, allowed ${limit}`)
    if (schedule === 'layers') this.#checkLayer(live, live.state.movie.slots.jobSlot(jobId as JobId))
  }

  #checkLayer(live: LiveRun, job: number): void {
    const { layerOf } = this.#plan.layers
    for (let other = 0; other < this.#plan.jobCount; other++) {
      if (layerOf(other) >= layerOf(job)) continue
      if (this.#options.until?.includes(this.#plan.familyOf(other)) === false) continue
      if (['waiting', 'queued', 'active'].includes(live.state.statuses.get(other)))
        throw new Error(`layer ${layerOf(job)} starts before layer ${layerOf(other)} is complete`)
    }
  }

  /** How each job must have ended, given how the jobs it reads ended. */
  checkEnds(live: LiveRun): void {
    for (const job of this.jobs.values()) {
      const actual = this.statusOf(live, job.jobId)
      const expected = this.#expectedEnds(live, job)
      if (!expected.includes(actual)) throw new Error(`${job.jobId} is ${actual}, expected ${expected}`)
    }
  }

  #expectedEnds(live: LiveRun, job: NaiveJob): readonly string[] {
    const { upToLayer = Number.POSITIVE_INFINITY, until } = this.#options
    const slot = live.state.movie.slots.jobSlot(job.jobId as JobId)
    if (this.#plan.layers.layerOf(slot) >= upToLayer) return ['waiting']
    if (until?.includes(this.#plan.familyOf(slot)) === false) return ['waiting']
    return this.#mayRun(live, job) ? ['succeeded', 'cached', 'failed'] : ['skipped']
  }

  #mayRun(live: LiveRun, { reads, condition }: NaiveJob): boolean {
    if ([...reads, ...(condition ? [condition] : [])].some(read => this.#blocks(live, read))) return false
    return condition === undefined || naiveValue(condition, id => this.artifactOf(live, id)) === 'picture'
  }

  /** A fan-in leaves out what its condition skipped; what is lacking because of a failure stops its consumer. */
  #blocks(live: LiveRun, { jobIds, isFanIn, isOptional }: NaiveRead): boolean {
    const isMissing = (needed: string) =>
      isFanIn ? this.#isLacking(live, needed) : ['failed', 'skipped'].includes(this.statusOf(live, needed))
    return !isOptional && jobIds.some(isMissing)
  }

  /** It failed, or the job that it was skipped for is lacking. */
  #isLacking(live: LiveRun, jobId: string): boolean {
    const status = this.statusOf(live, jobId)
    if (status !== 'skipped') return status === 'failed'
    const reason = live.state.movie.skipReasons.get(live.state.movie.slots.jobSlot(jobId as JobId))
    return reason?.type === 'upstream' && this.#isLacking(live, reason.jobId)
  }
}
