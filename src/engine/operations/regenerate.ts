import { type ArtifactId, type JobId, jobOf, producerOf } from '../../model/id.js'
import type { RegenerateRequested } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { PlannedJobs, PlannedSlots } from '../../plan/geometry/planned-jobs.js'
import { findPattern, type JobPattern, jobPattern } from '../../plan/job-pattern/job-pattern.js'
import { factsById, type JobTest, jobTest } from '../../plan/job-pattern/job-test.js'
import { namesUnknownJobs } from '../../plan/job-pattern/names-unknown-jobs.js'
import { parsePattern, WILDCARD } from '../../plan/job-pattern/parse-pattern.js'

/** What the user has asked to make once more. */
export interface RegenerateRequest {
  /** All their jobs. */
  readonly producers: readonly string[]
  readonly jobs: readonly JobId[]
  /** Whether what the movie has decides which jobs they are. */
  readonly dependsOnMovie: boolean
  /**
   * Looks whether `select` would find the jobs, and remembers nothing: before anything is written.
   * @throws ShowrunnerError as `select`
   */
  check(movie: MovieState): void
  /**
   * Finds the jobs that are asked for by what the movie has of them. To be called before `jobs` and `includes`.
   * @throws ShowrunnerError `JOB_UNKNOWN` for jobs of lists that are made, and that have no such elements; `USAGE_INVALID`
   */
  select(movie: MovieState): void
  includes(job: number): boolean
  /** What of it stays as it is. */
  pinned(movie: MovieState): PinnedRequest
}

/**
 * The jobs that the user asked to make once more: `Tagline`, `Tagline[fox]`, `Tagline[*][0]`, `* where failed
 * rate_limited`, `Tagline where Score lessThan 0.5`.
 * @param recorded the jobs with the lists that the movie has recorded, for a plan that does not know its lists yet
 * @throws ShowrunnerError `JOB_UNKNOWN`, `USAGE_INVALID`
 */
export function regenerateRequest(
  plan: PlannedJobs,
  wanted: readonly string[],
  recorded?: (movie: MovieState) => PlannedJobs,
): RegenerateRequest {
  let lastTime: PlannedJobs | undefined
  const before = (movie: MovieState) => {
    lastTime ??= recorded?.(movie)
    return lastTime ?? plan
  }
  const request = new Regeneration(plan)
  const known: Written[] = []
  const later: Written[] = []
  const selectIn = (regeneration: Regeneration, last: PlannedJobs | undefined, movie: MovieState) => {
    regeneration.test(movie)
    if (last !== undefined) for (const written of later) regeneration.addRecorded(last, written, movie)
  }
  for (const each of wanted) {
    const [, name = each, condition] = withCondition(each)
    const written: Written = { name, test: condition === undefined ? undefined : jobTest(condition) }
    const isUnknown = recorded !== undefined && namesUnknownJobs(plan, name)
    if (isUnknown || condition !== undefined) later.push(written)
    if (isUnknown) continue
    known.push(written)
    request.add(written)
  }
  return {
    producers: request.producers,
    get jobs() {
      return request.jobs()
    },
    dependsOnMovie: later.length > 0,
    check(movie) {
      const trial = new Regeneration(plan)
      for (const written of known) trial.add(written)
      selectIn(trial, recorded?.(movie), movie)
    },
    select: movie => selectIn(request, recorded && before(movie), movie),
    includes: job => request.includes(job),
    pinned: movie => pinnedIn(movie.overrides.size === 0 ? plan : before(movie), movie, request),
  }
}

interface Written {
  readonly name: string
  readonly test: JobTest | undefined
}

/** Gathers what is asked for: families, jobs of the plan, and ids of jobs that it does not know yet. */
class Regeneration {
  readonly producers: string[] = []
  readonly #plan: PlannedJobs
  readonly #slots: PlannedSlots
  readonly #families = new Set<number>()
  readonly #jobs = new Set<number>()
  readonly #ids = new Set<JobId>()
  readonly #tested: { readonly pattern: JobPattern; readonly test: JobTest }[] = []

  constructor(plan: PlannedJobs) {
    this.#plan = plan
    this.#slots = plan.createSlots()
  }

  add({ name, test }: Written): void {
    const pattern = jobPattern(this.#plan, name)
    if (test !== undefined) this.#tested.push({ pattern, test })
    else if (pattern.includes !== undefined) for (const job of jobsOf(pattern)) this.#jobs.add(job)
    else
      for (const { index, producer } of pattern.families) {
        if (!this.#families.has(index)) this.producers.push(producer.name)
        this.#families.add(index)
      }
  }

  test(movie: MovieState): void {
    const facts = factsById(movie, this.#slots)
    for (const { pattern, test } of this.#tested)
      for (const job of jobsOf(pattern)) if (test(this.#plan.familyOf(job), job, facts)) this.#jobs.add(job)
  }

  /** Jobs of lists that this run makes: by the lists of last time. */
  addRecorded(before: PlannedJobs, { name, test }: Written, movie: MovieState): void {
    const slots = before.createSlots()
    const facts = factsById(movie, slots)
    for (const job of jobsOf(recordedPattern(before, name)))
      if (test === undefined || test(before.familyOf(job), job, facts)) this.#ids.add(slots.jobIdAt(job))
  }

  jobs(): readonly JobId[] {
    return [...new Set([...[...this.#jobs].map(job => this.#slots.jobIdAt(job)), ...this.#ids])]
  }

  includes(job: number): boolean {
    if (this.#jobs.has(job)) return true
    if (this.#families.size > 0 && this.#families.has(this.#plan.familyOf(job).index)) return true
    return this.#ids.size > 0 && this.#ids.has(this.#slots.jobIdAt(job))
  }

  /** The same by its id, for a job that the plan may not know yet. */
  includesId(id: JobId): boolean {
    return (
      this.#ids.has(id) ||
      this.producers.includes(producerOf(id)) ||
      this.#jobs.has(this.#slots.plannedJob(id))
    )
  }
}

/** There is nothing to make once more in a list that no run has made. */
function recordedPattern(before: PlannedJobs, name: string): JobPattern {
  const pattern = findPattern(before, name)
  if (pattern !== undefined) return pattern
  // Of all lists together, one that is made is enough to tell that a name is wrong.
  const isNotMade = namesUnknownJobs(before, name) && !(name.includes(WILDCARD) && hasJobs(before, name))
  return isNotMade ? { families: [], includes: undefined } : jobPattern(before, name)
}

const hasJobs = ({ families }: PlannedJobs, name: string): boolean =>
  families.some(({ producer, size }) => size > 0 && producer.name === producerNamed(name))

const producerNamed = (written: string): string | undefined =>
  parsePattern(written.replace(/^Producer:/, '').trim())?.producer

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

/** @param plan of the request; with the lists of last time, where it does not know its own yet */
function pinnedIn(plan: PlannedJobs, movie: MovieState, request: Regeneration): PinnedRequest {
  const artifacts: ArtifactId[] = []
  const jobs = new Set<JobId>()
  const slots = plan.createSlots()
  for (const slot of movie.overrides.keys()) {
    const id = movie.slots.artifactIdAt(slot)
    const job = jobOf(id)
    if (slots.plannedArtifact(id) === -1 || !movie.isPinned(slot) || !request.includesId(job)) continue
    artifacts.push(id)
    jobs.add(job)
  }
  const isPinned = (slot: number) => {
    const known = movie.slots.knownArtifact(slots.artifactIdAt(slot))
    return known !== -1 && movie.isPinned(known)
  }
  const isWhole = (job: JobId) => plan.artifactsOf(slots.plannedJob(job)).every(isPinned)
  return { artifacts, jobs: [...jobs].filter(isWhole) }
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
