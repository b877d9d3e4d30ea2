import { type ArtifactId, type JobId, producerOf } from '../../model/id.js'
import type { RegenerateRequested } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { type JobPattern, jobPattern } from '../../plan/job-pattern/job-pattern.js'
import { type JobTest, jobTest } from '../../plan/job-pattern/job-test.js'
import type { Plan } from '../../plan/plan.js'

/** What of a plan a request is about. */
export type RequestedPlan = Pick<
  Plan,
  'families' | 'familyOf' | 'geometry' | 'createSlots' | 'jobOfArtifact' | 'artifactsOf'
>

/** What the user has asked to make once more. */
export interface RegenerateRequest {
  /** All their jobs. */
  readonly producers: readonly string[]
  readonly jobs: readonly JobId[]
  /** Finds the jobs that are asked for by what the movie has of them. To be called before `jobs` and `includes`. */
  select(movie: MovieState): void
  includes(job: number): boolean
}

/**
 * The jobs that the user asked to make once more: `Tagline`, `Tagline[fox]`, `Tagline[*][0]`, `* where failed
 * rate_limited`, `Tagline where Score lessThan 0.5`.
 * @throws ShowrunnerError `JOB_UNKNOWN`, `USAGE_INVALID`
 */
export function regenerateRequest(plan: RequestedPlan, wanted: readonly string[]): RegenerateRequest {
  const jobs = new Set<number>()
  const families = new Set<number>()
  const tested: { readonly pattern: JobPattern; readonly test: JobTest }[] = []
  const slots = plan.createSlots()
  for (const written of wanted) {
    const [, name = written, condition] = withCondition(written)
    const pattern = jobPattern(plan, name)
    if (condition !== undefined) tested.push({ pattern, test: jobTest(condition) })
    else if (pattern.includes === undefined) for (const { index } of pattern.families) families.add(index)
    else for (const job of jobsOf(pattern)) jobs.add(job)
  }
  return {
    producers: [...families].map(index => plan.families[index]!.producer.name),
    get jobs() {
      return [...jobs].map(job => slots.jobIdAt(job))
    },
    select(movie) {
      for (const { pattern, test } of tested)
        for (const job of jobsOf(pattern)) if (test(plan.familyOf(job), job, movie)) jobs.add(job)
    },
    includes: job => jobs.has(job) || (families.size > 0 && families.has(plan.familyOf(job).index)),
  }
}

/** `Tagline[fox] where failed`; a `where` in a quoted key is none. */
function withCondition(written: string): readonly (string | undefined)[] {
  const parts = /^(.*?)\s+where\s+(.*)$/s.exec(written) ?? []
  return (parts[1]?.split('"').length ?? 1) % 2 === 1 ? parts : []
}

function* jobsOf({ families, includes, job: only }: JobPattern): IterableIterator<number> {
  if (only !== undefined) yield only
  else
    for (const family of families)
      for (const job of family.jobs()) if (includes === undefined || includes(family, job)) yield job
}

/** What of a request stays as it is, since the user has pinned it. */
export interface PinnedRequest {
  /** Pinned artifacts of jobs that were asked for. */
  readonly artifacts: readonly ArtifactId[]
  /** Jobs all of whose artifacts are pinned: they are not made. */
  readonly jobs: readonly JobId[]
}

export function pinnedIn(plan: RequestedPlan, movie: MovieState, request: RegenerateRequest): PinnedRequest {
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
