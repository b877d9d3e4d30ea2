import { type ArtifactId, type JobId, producerOf } from '../../model/id.js'
import type { RegenerateRequested } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { findJob, unknownJob } from '../../plan/find-job.js'
import type { Plan } from '../../plan/plan.js'

/** What the user has asked to make once more. */
export interface RegenerateRequest {
  /** All their jobs. */
  readonly producers: readonly string[]
  readonly jobs: readonly JobId[]
  includes(job: number): boolean
}

/**
 * The jobs that the user asked to make once more, by job id, artifact id or producer name.
 * @throws ShowrunnerError `JOB_UNKNOWN`
 */
export function regenerateRequest(plan: Plan, wanted: readonly string[]): RegenerateRequest {
  const jobs = new Set<number>()
  const families = new Set<number>()
  const slots = plan.createSlots()
  for (const name of wanted) {
    const family = plan.families.find(candidate => candidate.producer.name === name.replace(/^Producer:/, ''))
    const job = family ? -1 : findJob(plan, name)
    if (family) families.add(family.index)
    else if (job !== -1) jobs.add(job)
    else throw unknownJob(plan, name, 'job or producer')
  }
  return {
    producers: [...families].map(index => plan.families[index]!.producer.name),
    jobs: [...jobs].map(job => slots.jobIdAt(job)),
    includes: job => jobs.has(job) || (families.size > 0 && families.has(plan.familyOf(job).index)),
  }
}

/** What of a request stays as it is, since the user has pinned it. */
export interface PinnedRequest {
  /** Pinned artifacts of jobs that were asked for. */
  readonly artifacts: readonly ArtifactId[]
  /** Jobs all of whose artifacts are pinned: they are not made. */
  readonly jobs: readonly JobId[]
}

export function pinnedIn(plan: Plan, movie: MovieState, request: RegenerateRequest): PinnedRequest {
  const artifacts: ArtifactId[] = []
  const jobs = new Set<number>()
  for (const slot of movie.overrides.keys()) {
    if (!plan.geometry.hasArtifact(slot) || !movie.isPinned(slot)) continue
    const job = plan.jobOfArtifact(slot)
    if (!request.includes(job)) continue
    artifacts.push(movie.slots.artifactIdAt(slot))
    jobs.add(job)
  }
  const isWhole = (job: number) => plan.artifactsOf(job).every(slot => movie.isPinned(slot))
  return { artifacts, jobs: [...jobs].filter(isWhole).map(job => movie.slots.jobIdAt(job)) }
}

/** What of the request a run records, so that it holds until it has been carried out; undefined: nothing. */
export function recordedRequest(
  { producers, jobs }: RegenerateRequest,
  pinned: PinnedRequest,
): Omit<RegenerateRequested, 'type' | 'timestamp'> | undefined {
  const isPinned = new Set(pinned.jobs)
  const wanted = jobs.filter(job => !isPinned.has(job))
  const except = pinned.jobs.filter(job => producers.includes(producerOf(job)))
  if (producers.length === 0 && wanted.length === 0) return undefined
  return {
    ...(producers.length > 0 && { producers }),
    ...(wanted.length > 0 && { jobs: wanted }),
    ...(except.length > 0 && { except }),
  }
}
