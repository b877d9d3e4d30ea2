import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { type Family, indicesOf } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import type { ResolvedJob } from '../../plan/up-to-date/job-resolver.js'
import { repeats, unreadLoops } from '../../plan/up-to-date/reuse-key.js'
import type { ActiveJob } from '../state/active-job.js'
import { MadeIndex } from '../state/made-index.js'

/** What a job that is about to start finds of its own kind. */
export type Finding =
  /** Nothing: it must be made, and leads. */
  | { readonly state: 'alone' }
  /** Another one is being made; this one is tried again when it has settled. */
  | { readonly state: 'following' }
  /** It was made in this run, by this job. */
  | { readonly state: 'made'; readonly job: number }

const ALONE: Finding = { state: 'alone' }
const FOLLOWING: Finding = { state: 'following' }

/**
 * One key, one flight: of the jobs of a run that have the same provider, model, config and inputs, one is made, and
 * the others take what it made. Jobs that differ only in a loop that they do not read are variants, and all are made.
 */
export class SingleFlight {
  readonly #plan: Plan
  readonly #movie: MovieState
  /** By family: the places of the loops that are part of its key; undefined: none of its jobs is like another one. */
  readonly #variantLoops: readonly (readonly number[] | undefined)[]
  readonly #leaders = new Map<string, number>()
  readonly #followers = new Map<number, ActiveJob[]>()
  /** A key that has failed once is left to each of its jobs. */
  readonly #failed = new Set<string>()
  readonly #made: MadeIndex

  /** @param settingsOf of a family, what decides about results besides the inputs; absent: nothing is shared */
  constructor(plan: Plan, movie: MovieState, settingsOf: ((family: Family) => string) | undefined) {
    this.#plan = plan
    this.#movie = movie
    this.#made = new MadeIndex(job => this.#keyOf(job, movie.inputsHashes.get(job)!))
    this.#variantLoops = settingsOf ? variantLoops(plan, settingsOf) : plan.families.map(() => undefined)
  }

  /** @param isFresh the user wants it made anew */
  find(active: ActiveJob, resolved: ResolvedJob, isFresh: boolean): Finding {
    if (this.#variantLoops[active.family.index] === undefined || isFresh) return ALONE
    const { job } = active
    const key = this.#keyOf(job, resolved.inputsHash)
    if (this.#failed.has(key)) return ALONE
    const leader = this.#leaders.get(key)
    if (leader === undefined || leader === job) {
      const made = this.#made.find(key)
      return made === undefined || made === job ? ALONE : { state: 'made', job: made }
    }
    const followers = this.#followers.get(leader)
    if (followers) followers.push(active)
    else this.#followers.set(leader, [active])
    return FOLLOWING
  }

  /** A job is on its way to its provider. */
  lead({ job, family }: ActiveJob, { inputsHash }: ResolvedJob): void {
    if (this.#variantLoops[family.index] === undefined) return
    const key = this.#keyOf(job, inputsHash)
    // Jobs that are made anew start beside the one that others wait for already.
    if (!this.#failed.has(key) && !this.#leaders.has(key)) this.#leaders.set(key, job)
  }

  /** A job has settled for this run. @returns those that have waited for it */
  settled(active: ActiveJob, isMade: boolean): readonly ActiveJob[] {
    const { job, family, resolved } = active
    if (this.#variantLoops[family.index] === undefined || resolved === undefined) return []
    const key = this.#keyOf(job, resolved.inputsHash)
    if (isMade) this.#made.add(key, job)
    if (this.#leaders.get(key) !== job) return []
    this.#leaders.delete(key)
    if (!isMade) this.#failed.add(key)
    const followers = this.#followers.get(job) ?? []
    this.#followers.delete(job)
    return followers
  }

  /** What is recorded of a job that takes what another one made; undefined: a user has kept a version of that. */
  copy(
    from: number,
    to: ActiveJob,
    resolved: ResolvedJob,
    timestamp: string,
  ): readonly MovieEvent[] | undefined {
    const { jobId, attempt, family } = to
    const { inputsHash, digests: inputs } = resolved
    const source = this.#plan.familyOf(from)
    const events: MovieEvent[] = []
    for (let at = 0; at < family.artifactsPerJob; at++) {
      const slot = source.firstArtifact + (from - source.firstJob) * source.artifactsPerJob + at
      const hash = this.#movie.artifactHashes.get(slot)
      if (hash === undefined || this.#movie.keeps.has(slot)) return undefined
      const own = family.firstArtifact + (to.job - family.firstJob) * family.artifactsPerJob + at
      const artifactId = this.#movie.slots.artifactIdAt(own)
      const common = { type: 'artifact' as const, artifactId, hash, inputsHash, jobId, attempt, timestamp }
      const blob = this.#movie.blobs.get(slot)
      const event: ArtifactMade = blob
        ? { ...common, blob }
        : { ...common, value: this.#movie.values.get(slot)! }
      events.push(event)
    }
    const reused = { cost: 0, reused: 'job' as const }
    return [...events, { type: 'job.succeeded', jobId, attempt, durationMs: 0, inputs, ...reused, timestamp }]
  }

  #keyOf(job: number, inputsHash: string): string {
    const family = this.#plan.familyOf(job)
    const loops = this.#variantLoops[family.index]!
    if (loops.length === 0) return inputsHash
    const indices = indicesOf(job - family.firstJob, family.extents)
    return `${inputsHash} ${loops.map(position => indices[position]).join(' ')}`
  }
}

/** By family, for families whose jobs may be like another one: the loops that make variants. */
function variantLoops(plan: Plan, settingsOf: (family: Family) => string): (readonly number[] | undefined)[] {
  const twins = new Map<string, number>()
  for (const family of plan.families) twins.set(settingsOf(family), (twins.get(settingsOf(family)) ?? 0) + 1)
  return plan.families.map(family => {
    const { producer } = family
    const hasTwin = twins.get(settingsOf(family))! > 1
    return producer.reuse && (hasTwin || repeats(producer)) ? unreadLoops(producer) : undefined
  })
}
