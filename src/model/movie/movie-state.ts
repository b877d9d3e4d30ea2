import { type JobId, producerOf, type RunId } from '../id.js'
import type { FeedbackColumn, JobFeedback, RejectionCount } from '../provider/feedback.js'
import { ArtifactReviews } from '../review/artifact-reviews.js'
import { NumberColumn, TextColumn } from './column/columns.js'
import { HashColumn } from './column/hash-column.js'
import { ProviderModelColumn } from './column/provider-model-column.js'
import {
  BlobColumn,
  PackedValues,
  type ValueColumn,
  type ValueMemory,
  valueColumn,
} from './column/value-columns.js'
import type { ArtifactMade, JobError, SkipReason } from './event.js'
import type { Expansion } from './expansion.js'
import type { ArtifactRecord, Checkpoint, JobRecord, Override, RunRecord } from './manifest.js'
import type { ModelUses } from './results/model-use.js'
import { PastResults } from './results/past-results.js'
import type { SlotIndex } from './slots.js'

/** Last known states of jobs; the numbers are those in {@link MovieState.jobStates}. */
const JOB_STATES = ['unknown', 'submitted', 'succeeded', 'failed', 'skipped'] as const
export type LedgerState = (typeof JOB_STATES)[number]

/**
 * The fold of a movie's log: what exists, and how each job last ended. Columns by slot instead of an
 * object a job, so that a million jobs fit. Changed only by `evolve` and by loading a manifest.
 */
export class MovieState {
  readonly slots: SlotIndex
  readonly values: ValueColumn
  readonly blobs = new BlobColumn()
  readonly artifactHashes: HashColumn
  /** Few artifacts are kept. */
  readonly overrides = new Map<number, Override>()
  /** Artifacts whose job has made another version, which a pin has kept away. */
  readonly outdated = new Set<number>()
  readonly reviews = new ArtifactReviews()

  readonly jobStates: NumberColumn
  readonly attempts: NumberColumn
  readonly succeededAttempts: NumberColumn
  /** Of the last success. */
  readonly inputsHashes: HashColumn
  readonly inputDigests: TextColumn
  /** Who has answered the jobs that several may answer. */
  readonly answeredBy = new ProviderModelColumn()
  /** Jobs with an inputs hash. */
  resultCount = 0
  /** Results that stand in no job's place any more. */
  readonly past = new PastResults()
  /** False for a state that keeps no values: who made it does not look for them. */
  readonly keepsPast: boolean
  readonly checkpoints = new Map<number, Checkpoint>()
  /** What jobs are told when they are asked again. */
  readonly feedback: FeedbackColumn = new Map<number, JobFeedback>()
  readonly errors = new PackedValues<JobError>(0)
  /** Jobs whose last attempt failed, and that were to be tried again. */
  readonly retrying = new Set<number>()
  /** Jobs that the user wants made once more. */
  readonly regenerating = new Set<number>()
  readonly skipReasons = new PackedValues<SkipReason>(0)

  /** Artifacts whose job has not settled in the log yet; readers do not see them. */
  readonly unsettled = new Map<number, ArtifactMade[]>()
  /** Whose result the job has taken that has succeeded last; undefined: nobody's. */
  readonly lastTaken: { from: JobId | undefined; by: number } = { from: undefined, by: -1 }
  /** The lists that jobs have made for loops, by `expansionKey`. */
  readonly expansions = new Map<string, Expansion>()
  lastRun: RunRecord | null = null
  /** The run whose moves of elements are applied. */
  movedBy: RunId | undefined
  /** Of all attempts, in US dollars. */
  costUsd = 0
  /** By producer. Less than `costUsd` in all when a manifest of an older version was the beginning. */
  readonly costsUsd = new Map<string, number>()
  readonly serviceUses: ModelUses = new Map()
  /** By producer: answers that checks have rejected. */
  readonly rejections = new Map<string, RejectionCount>()
  /** By producer: the most that attempts may have cost of which nobody says what they did, in US dollars. */
  readonly uncertainCostsUsd = new Map<string, number>()

  constructor(slots: SlotIndex, memory: ValueMemory | ValueColumn = 'heap') {
    const { artifactCount, jobCount } = slots
    this.slots = slots
    this.values = typeof memory === 'string' ? valueColumn(memory, artifactCount) : memory
    this.keepsPast = memory === 'heap' || memory === 'packed'
    this.artifactHashes = new HashColumn(artifactCount)
    this.jobStates = new NumberColumn(jobCount)
    this.attempts = new NumberColumn(jobCount)
    this.succeededAttempts = new NumberColumn(jobCount)
    this.inputsHashes = new HashColumn(jobCount)
    this.inputDigests = new TextColumn(jobCount)
  }

  charge(job: JobId, dollars: number): void {
    if (dollars === 0) return
    const producer = producerOf(job)
    // Two absurd costs must not add up to what JSON cannot hold.
    this.costUsd = Math.min(this.costUsd + dollars, Number.MAX_VALUE)
    this.costsUsd.set(producer, Math.min((this.costsUsd.get(producer) ?? 0) + dollars, Number.MAX_VALUE))
  }

  chargeUncertain(job: JobId, dollars: number): void {
    if (dollars === 0) return
    const producer = producerOf(job)
    this.uncertainCostsUsd.set(producer, (this.uncertainCostsUsd.get(producer) ?? 0) + dollars)
  }

  /** The user has said that this version stays. */
  isPinned(slot: number): boolean {
    const override = this.overrides.get(slot)
    return override === 'pinned' || override === 'edited'
  }

  hasArtifact(slot: number): boolean {
    return this.artifactHashes.has(slot)
  }

  /** It is what its job has made last, and nobody has said anything about it but good. */
  isAsMade(slot: number): boolean {
    return !this.overrides.has(slot) && !this.outdated.has(slot) && !this.reviews.isRejected(slot)
  }

  /** Its job is to give it another version: a user's own was unpinned, or one that is older than the job's last. */
  isGivenBack(slot: number): boolean {
    const override = this.overrides.get(slot)
    return override === 'unpinned' || (override === undefined && this.outdated.has(slot))
  }

  jobState(slot: number): LedgerState {
    return JOB_STATES[this.jobStates.get(slot)]!
  }

  setJobState(slot: number, state: LedgerState): void {
    this.jobStates.set(slot, JOB_STATES.indexOf(state))
  }

  setInputsHash(slot: number, inputsHash: string): void {
    if (!this.inputsHashes.has(slot)) this.resultCount++
    this.inputsHashes.set(slot, inputsHash)
  }

  /** Its attempts are still counted. */
  forgetJob(slot: number): void {
    this.setJobState(slot, 'unknown')
    if (this.inputsHashes.has(slot)) this.resultCount--
    this.inputsHashes.delete(slot)
    this.inputDigests.set(slot, undefined)
    this.answeredBy.set(slot, undefined)
    this.checkpoints.delete(slot)
    this.feedback.delete(slot)
    this.errors.delete(slot)
    this.retrying.delete(slot)
    this.regenerating.delete(slot)
    this.skipReasons.delete(slot)
  }

  removeArtifact(slot: number): void {
    this.values.set(slot, undefined)
    this.blobs.set(slot, undefined)
    this.artifactHashes.delete(slot)
    this.overrides.delete(slot)
    this.outdated.delete(slot)
    this.reviews.delete(slot)
  }

  artifact(slot: number): ArtifactRecord | undefined {
    const hash = this.artifactHashes.get(slot)
    if (hash === undefined) return undefined
    const blob = this.blobs.get(slot)
    const artifactId = this.slots.artifactIdAt(slot)
    const record = blob
      ? { artifactId, blob, hash }
      : { artifactId, value: this.values.get(slot) ?? null, hash }
    const review = this.reviews.size > 0 ? this.reviews.get(slot) : undefined
    if (review === undefined && this.isAsMade(slot)) return record
    return {
      ...record,
      ...(this.overrides.has(slot) && { override: this.overrides.get(slot)! }),
      ...(this.outdated.has(slot) && { isOutdated: true as const }),
      ...(review && { review }),
    }
  }

  job(slot: number): JobRecord | undefined {
    const state = this.jobState(slot)
    if (state === 'unknown') return undefined
    const inputsHash = this.inputsHashes.get(slot)
    const inputs = this.inputDigests.get(slot)
    const jobId = this.slots.jobIdAt(slot)
    const attempt = this.attempts.get(slot)
    const succeededAttempt = this.succeededAttempts.get(slot)
    const checkpoint = this.checkpoints.get(slot)
    const feedback = this.feedback.size > 0 ? this.feedback.get(slot) : undefined
    const error = this.errors.get(slot)
    const reason = this.skipReasons.get(slot)
    const by = this.answeredBy.get(slot)
    const toRegenerate = this.regenerating.has(slot)
    const isPlain = !checkpoint && !feedback && !error && !reason && !by && !toRegenerate
    if (inputsHash && inputs && isPlain)
      return { jobId, state, attempt, succeededAttempt, inputsHash, inputs }
    return {
      jobId,
      state,
      attempt,
      succeededAttempt,
      ...(inputsHash && { inputsHash }),
      ...(inputs && { inputs }),
      ...(by && { by }),
      ...(checkpoint && { checkpoint }),
      ...(feedback && { feedback }),
      ...(error && { error }),
      ...(this.retrying.has(slot) && { willRetry: true }),
      ...(toRegenerate && { toRegenerate }),
      ...(reason && { reason }),
    }
  }

  *artifacts(): IterableIterator<ArtifactRecord> {
    const count = this.slots.artifactCount
    for (let slot = 0; slot < count; slot++) {
      const record = this.artifact(slot)
      if (record) yield record
    }
  }

  *jobs(): IterableIterator<JobRecord> {
    const count = this.slots.jobCount
    for (let slot = 0; slot < count; slot++) {
      const record = this.job(slot)
      if (record) yield record
    }
  }

  /** Takes a record of a manifest over. */
  restoreArtifact(record: ArtifactRecord): void {
    const slot = this.slots.artifactSlot(record.artifactId)
    if (record.blob) this.blobs.set(slot, record.blob)
    else this.values.set(slot, record.value)
    this.artifactHashes.set(slot, record.hash)
    if (record.override) this.overrides.set(slot, record.override)
    if (record.isOutdated) this.outdated.add(slot)
    if (record.review) this.reviews.set(slot, record.review)
  }
}
