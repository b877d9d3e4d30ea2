import { conditionHolds } from '../../model/condition/condition-holds.js'
import type { BlobRef, SkipReason } from '../../model/movie/event.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../geometry/family.js'
import { absentList, absentOutput, selectJob, selectJobs } from '../geometry/select-jobs.js'
import { wantedCount } from '../inputs/wanted-count.js'
import type { Plan } from '../plan.js'
import type { ArtifactRead } from '../values/artifact-read.js'
import type { ArtifactSource } from '../values/artifact-source.js'
import { TemplateResolver } from '../values/resolve-template.js'
import { isSameCode } from './code-digest.js'
import { CODE_DIGEST, parseDigests, SETTINGS_DIGEST } from './content-hash.js'
import { findMade, type MadeResult } from './find-made.js'
import type { JobAction, JobJudge } from './job-action.js'
import type { JobResolver } from './job-resolver.js'
import { contentsOfJob, type MadeBefore } from './made-before.js'
import type { RunReason } from './planned-action.js'
import type { ResolvedJob, ResolvedTarget } from './resolved-job.js'

const CACHED: JobAction = { type: 'cached' }
const PINNED: JobAction = { type: 'cached', isPinned: true }
const FAILED: JobAction = { type: 'failed' }
const MISSING: RunReason = { type: 'missing' }

const reuseOf = ({ contents, of, resolved }: Required<MadeResult>): JobAction => ({
  type: 'reuse',
  contents,
  of,
  resolved,
})

/** The judge of real runs. Pure. */
export class Judge implements JobJudge {
  readonly #plan: Plan
  readonly #movie: MovieState
  readonly #source: ArtifactSource
  readonly #resolver: JobResolver
  readonly #isRegenerated: (job: number) => boolean
  readonly #before: MadeBefore
  /** Jobs are asked about once more when they start, unless this is a preview. */
  readonly #looksAlways: boolean

  constructor(
    plan: Plan,
    movie: MovieState,
    source: ArtifactSource,
    resolver: JobResolver,
    isRegenerated: (job: number) => boolean,
    before: MadeBefore,
    looksAlways = false,
  ) {
    this.#plan = plan
    this.#movie = movie
    this.#source = source
    this.#resolver = resolver
    this.#isRegenerated = isRegenerated
    this.#before = before
    this.#looksAlways = looksAlways
  }

  judge(family: Family, job: number): JobAction {
    const blocking = this.blockingJob(family, job)
    if (blocking !== undefined) return { type: 'skip', reason: blocking }
    const condition = this.#condition(family, job)
    if (condition === 'unread') return { type: 'run', reason: { type: 'unread' } }
    if (condition === 'false') return { type: 'skip', reason: { type: 'condition' } }
    const state = this.#movie.jobState(job)
    if (family.blockOf(job).artifactsPerJob === 0 && state !== 'submitted')
      return this.#makesNothing(family, job)
    if (this.isPinned(family, job)) return PINNED
    if (this.#isRegenerated(job) || this.#isStillToRegenerate(job))
      return { type: 'run', reason: { type: 'regenerate' } }
    const rejected = state === 'submitted' ? undefined : this.#rejected(family, job)
    if (rejected !== undefined) return { type: 'run', reason: rejected }
    if (state === 'failed' && this.#isAnswered(family, job)) return FAILED
    if (state === 'failed')
      return this.#unlessMade(family, job, { type: 'failed', error: this.#movie.errors.get(job) })
    if (state === 'submitted') return { type: 'run', reason: { type: 'interrupted' } }
    if (!this.#hasOutputs(family, job)) return this.#unlessMade(family, job, MISSING)
    const resolution = this.#resolver.resolve(family, job)
    if (resolution.state === 'missing') return { type: 'run', reason: { type: 'unread' } }
    if (state === 'unknown' && !this.#movie.inputsHashes.has(job)) {
      const contents = contentsOfJob(this.#plan, this.#movie, job, family, job)
      if (contents !== undefined) return { type: 'reuse', contents, resolved: resolution.job }
    }
    if (this.#isCurrent(job, resolution.job)) return CACHED
    const found = findMade(this.#before, family, job, resolution.job)
    if (found !== undefined) return reuseOf(found)
    return { type: 'run', reason: { type: 'changed', inputs: this.#changedInputs(job, resolution.job) } }
  }

  /** Its outputs are all spread over empty lists: a call would be paid for nothing. */
  #makesNothing(family: Family, job: number): JobAction {
    const resolution = this.#resolver.resolve(family, job)
    if (resolution.state === 'missing') return { type: 'run', reason: { type: 'unread' } }
    if (this.#isCurrent(job, resolution.job) && !this.#isStillToRegenerate(job)) return CACHED
    return { type: 'reuse', contents: [], resolved: resolution.job }
  }

  /**
   * Where elements are tried until enough are accepted, a failure is an answer: what a check has rejected is not asked
   * for again, and nothing that failed is while its list has enough.
   */
  #isAnswered(family: Family, job: number): boolean {
    const rule = this.#plan.growth.candidates.get(family.index)
    if (rule === undefined) return false
    if (this.#movie.errors.get(job)?.code === 'rejected') {
      const resolution = this.#resolver.resolve(family, job)
      const feedback = this.#movie.feedback.get(job)
      return resolution.state === 'resolved' && feedback?.inputsHash === resolution.job.inputsHash
    }
    const { loop } = rule
    const indices = family.indicesOf(job)
    const parents = loop.parents.map(parent => indices[family.producer.loops.indexOf(parent)]!)
    const known = this.#movie.expansions.get(
      expansionKey(loop.name, this.#plan.growth.namesOf(loop.name, parents)),
    )
    return known?.error === undefined && (known?.accepted ?? -1) >= wantedCount(loop, this.#plan.inputs)
  }

  /** A result with the same inputs may stand elsewhere. A job that starts looks once more, when its inputs are resolved anyway. */
  #unlessMade(family: Family, job: number, reason: RunReason): JobAction {
    const run: JobAction = { type: 'run', reason }
    if (!(this.#looksAlways ? this.#before.hasAny : this.#before.hasStray)) return run
    const resolution = this.#resolver.resolve(family, job)
    if (resolution.state === 'missing') return { type: 'run', reason: { type: 'unread' } }
    const found = findMade(this.#before, family, job, resolution.job)
    return found === undefined ? run : reuseOf(found)
  }

  /** Large values that must be loaded before this job can be judged and started. */
  unread(family: Family, job: number): readonly BlobRef[] {
    const missing = this.#evaluate(family, job).missing
    if (missing.length > 0) return missing
    const resolution = this.#resolver.resolve(family, job)
    return resolution.state === 'missing' ? resolution.blobs : []
  }

  /** Whether a job was made from what it reads now. */
  #isCurrent(job: number, resolved: ResolvedJob): boolean {
    const { inputsHashes, inputDigests } = this.#movie
    const isOf = ({ inputsHash }: ResolvedTarget) => inputsHashes.is(job, inputsHash)
    const made = isOf(resolved) ? resolved : resolved.targets?.find(isOf)
    return made !== undefined && isSameCode(() => inputDigests.get(job), made)
  }

  #changedInputs(job: number, resolved: ResolvedJob): string[] {
    const before = parseDigests(this.#movie.inputDigests.get(job))
    // Compared as who has answered it would answer now.
    const settings = before.get(SETTINGS_DIGEST)
    const now =
      resolved.targets?.find(({ digests }) => parseDigests(digests).get(SETTINGS_DIGEST) === settings) ??
      resolved
    const after = parseDigests(now.digests)
    const names = new Set([...before.keys(), ...after.keys()])
    if (isSameCode(() => this.#movie.inputDigests.get(job), now)) names.delete(CODE_DIGEST)
    return [...names].filter(name => before.get(name) !== after.get(name)).sort()
  }

  #hasOutputs(family: Family, job: number): boolean {
    const block = family.blockOf(job)
    const first = block.firstArtifactOf(job)
    for (let slot = first; slot < first + block.artifactsPerJob; slot++)
      if (!this.#movie.hasArtifact(slot) || this.#movie.isGivenBack(slot)) return false
    return true
  }

  /** A person wants something that it has made to be different. */
  #rejected(family: Family, job: number): RunReason | undefined {
    const { reviews } = this.#movie
    if (reviews.size === 0) return undefined
    const block = family.blockOf(job)
    const first = block.firstArtifactOf(job)
    for (let slot = first; slot < first + block.artifactsPerJob; slot++) {
      if (!reviews.isRejected(slot)) continue
      const { note } = reviews.get(slot)!
      return { type: 'rejected', ...(note !== undefined && { note }) }
    }
    return undefined
  }

  /** An earlier run was to make it once more, and ended before it had. */
  #isStillToRegenerate(job: number): boolean {
    return this.#movie.regenerating.size > 0 && this.#movie.regenerating.has(job)
  }

  /** Whatever this job makes would be thrown away: all its artifacts are pinned. */
  isPinned(family: Family, job: number): boolean {
    if (this.#movie.overrides.size === 0) return false
    const block = family.blockOf(job)
    const first = block.firstArtifactOf(job)
    for (let slot = first; slot < first + block.artifactsPerJob; slot++)
      if (!this.#movie.isPinned(slot)) return false
    return true
  }

  #condition(family: Family, job: number): 'true' | 'false' | 'unread' {
    if (!family.producer.when) return 'true'
    const { isTrue, missing } = this.#evaluate(family, job)
    if (missing.length > 0) return 'unread'
    return isTrue ? 'true' : 'false'
  }

  #evaluate(family: Family, job: number): { isTrue: boolean; missing: readonly BlobRef[] } {
    const condition = family.producer.when
    if (!condition) return { isTrue: true, missing: [] }
    const indices = family.indicesOf(job)
    const resolver = new TemplateResolver(this.#plan, this.#source, family, indices)
    const isTrue = conditionHolds(condition, template => resolver.resolve(template, undefined).value)
    return { isTrue, missing: resolver.missing }
  }

  /** The job that keeps this one from being made. */
  blockingJob(family: Family, job: number): SkipReason | undefined {
    const reads = this.#plan.reads[family.index]!
    if (reads.length === 0 && !family.varies) return undefined
    const indices = family.indicesOf(job)
    const absence = family.varies ? absentOutput(family, indices) : undefined
    if (absence !== undefined) return this.#because(absence.job, absence.state)
    for (const read of reads) {
      if (read.isOptional) continue
      const blocking = this.#blockingRead(read, indices)
      if (blocking) return blocking
    }
    return undefined
  }

  #blockingRead(read: ArtifactRead, indices: readonly number[]): SkipReason | undefined {
    const { producer, jobs } = read
    const absence = absentList(producer, jobs, indices)
    if (absence !== undefined && (absence.state === 'failed' || !jobs.isFanIn))
      return this.#because(absence.job, absence.state)
    if (jobs.isFanIn) {
      if (this.#source.unavailableCount === 0) return undefined
      const job = selectJobs(producer, jobs, indices).find(each => this.#source.isUnavailable(each))
      if (job === undefined) return undefined
      return this.#because(job, this.#source.endOf(job) === 'failed' ? 'failed' : 'skipped')
    }
    const job = selectJob(producer, jobs, indices)
    if (job === -1) return undefined
    const end = this.#source.endOf(job)
    return end === 'made' ? undefined : this.#because(job, end)
  }

  #because(job: number, state: 'failed' | 'skipped'): SkipReason {
    return { type: 'upstream', jobId: this.#movie.slots.jobIdAt(job), state }
  }
}
