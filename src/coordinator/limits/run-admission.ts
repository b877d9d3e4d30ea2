import type { JobOutcome, JobSettled } from '../../model/job.js'
import type { LimitAdjusted } from '../../model/movie/event.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import { type Demand, likelyTokensOf } from '../../model/provider/price.js'
import type { ResolvedJob } from '../../plan/up-to-date/job-resolver.js'
import type { Admission } from './admission.js'
import { arrivalOf } from './arrival.js'
import { type MoneyTerms, RunMoney } from './budget/run-money.js'
import type { EndpointHealth } from './health/endpoint-health.js'
import { RunHealth } from './health/run-health.js'
import type { Lane } from './lane.js'
import type { LaneProgress } from './lane-limits.js'
import { LimitRecorder } from './learning/limit-recorder.js'
import type { Party } from './parties.js'
import type { Permit } from './permit.js'

/** How the jobs of one family are admitted. */
export interface FamilyTerms extends MoneyTerms {
  /** Every lane has to let a job pass. */
  readonly lanes: readonly Lane[]
  /** Whether the service that its jobs call answers; absent: they call none. */
  readonly health?: EndpointHealth | undefined
  /** It works on this machine, as far as is known. */
  readonly isLocal: boolean
  /** Its share of the places, against other families. */
  readonly weight: number
  readonly maxOutputTokens: number | undefined
  /** Bytes that a job is taken to make as long as none of its family has shown how many they are. @default 0 */
  readonly assumedBytes?: number
  /** Bytes of a prompt in the config; undefined: the size of a job's texts matters to nobody. */
  readonly promptBytes: number | undefined
}

interface RunShare extends Party {
  /** How long the run waits for a service that does not answer; undefined: as long as is usual. */
  readonly outageWaitMs?: number | undefined
}

/** Jobs that hold less are not counted: what they need is in the engine's own overhead. */
const COUNTED_BYTES = 64 * 1024
/** Weight of the newest job in what the jobs of a family are expected to make. */
const RECENT = 0.2

/** The one decision whether a job of this run may start now. Asked for a family first, then for the job itself. */
export class RunAdmission {
  readonly money: RunMoney
  /** Which services answer, and which were given up. */
  readonly health: RunHealth
  readonly #terms: readonly FamilyTerms[]
  readonly #shared: Admission
  readonly #party: Party
  readonly #lanes: ReadonlySet<Lane>
  readonly #recorder: LimitRecorder
  /** What a job makes, by family, in bytes; NaN until one has shown it. */
  readonly #madeBytes: Float64Array
  /** Families that are closed for the rest of the turn. */
  readonly #closed = new Set<number>()
  readonly #refusedBy = new Set<Lane>()
  /** Bytes counted for what is in flight. */
  #heldBytes = 0
  #wakeAtMs = Number.POSITIVE_INFINITY
  #nowMs = 0
  #isWoken = false
  /** The family that was just said to be open: nothing has departed since. */
  #openFamily: number | undefined

  constructor(terms: readonly FamilyTerms[], shared: Admission, { weight, wake, outageWaitMs }: RunShare) {
    this.#terms = terms
    this.#shared = shared
    this.#lanes = new Set(terms.flatMap(({ lanes }) => lanes))
    this.#recorder = new LimitRecorder([...this.#lanes])
    this.#madeBytes = new Float64Array(terms.length).fill(Number.NaN)
    this.money = new RunMoney(terms)
    this.#party = {
      weight,
      wake: () => {
        if (this.#isWoken) return
        this.#isWoken = true
        wake()
      },
    }
    for (const lane of this.#lanes) lane.join(this.#party)
    this.health = new RunHealth(terms, this.#party, outageWaitMs)
  }

  weightOf(family: number): number {
    return this.#terms[family]!.weight
  }

  /** A turn of the loop begins: what was closed may be open. */
  beginTurn(nowMs: number): void {
    this.#nowMs = nowMs
    this.health.beginTurn(nowMs)
    this.#isWoken = true
    this.#closed.clear()
    this.#openFamily = undefined
    this.#refusedBy.clear()
    this.#wakeAtMs = Number.POSITIVE_INFINITY
  }

  /** The turn ends. @returns milliseconds until something may open by itself; undefined when nothing will */
  endTurn(): number | undefined {
    this.#isWoken = false
    this.#wakeAtMs = Math.min(this.#wakeAtMs, this.health.looksAtMs ?? Number.POSITIVE_INFINITY)
    for (const lane of this.#lanes) if (!this.#refusedBy.has(lane)) lane.stopWaiting(this.#party)
    return Number.isFinite(this.#wakeAtMs) ? Math.max(1, Math.ceil(this.#wakeAtMs - this.#nowMs)) : undefined
  }

  /** What lanes have learned since it was recorded last. */
  adjustments(timestamp: string): readonly LimitAdjusted[] {
    return this.#recorder.take(this.#nowMs, timestamp)
  }

  /** What the lanes of this run are doing. */
  laneProgress(): readonly LaneProgress[] {
    return [...this.#lanes].map(lane => lane.progress(this.#nowMs))
  }

  /** Whether a job of this family could start, as far as it can be said without the job. */
  mayStart(family: number): boolean {
    if (this.#closed.has(family)) return false
    const isOpen = this.#passes(family, this.#terms[family]!.lanes) && !this.isExhausted(family)
    if (isOpen) this.#openFamily = family
    else this.#closed.add(family)
    return isOpen
  }

  /** Families that could start a job in this turn, but for their lanes, budget or memory. */
  closedFamilies(): readonly number[] {
    return [...this.#closed]
  }

  /** True when this family can start nothing more in this run. */
  isExhausted(family: number): boolean {
    return this.health.givenUp(family) !== undefined || this.money.isExhausted(family)
  }

  /**
   * Lets a job start, or says that it must wait.
   * @param work at a service, which the attempt goes on with
   */
  admit(family: number, resolved: ResolvedJob, work: Checkpoint | undefined, job = 0): Permit | undefined {
    if (this.#closed.has(family)) return undefined
    const permit = this.#permit(family, resolved, work, job)
    if (permit === undefined) this.#closed.add(family)
    return permit
  }

  #permit(
    family: number,
    job: ResolvedJob,
    work: Checkpoint | undefined,
    number: number,
  ): Permit | undefined {
    const terms = this.#terms[family]!
    const { lanes, price } = terms
    const isResumed = work !== undefined
    const wasOpen = this.#openFamily === family
    this.#openFamily = undefined
    if (!wasOpen && !this.#passes(family, lanes)) return undefined
    const isMeasured = price !== undefined || terms.promptBytes !== undefined
    const demand = isMeasured ? demandOf(terms, job) : undefined
    const hold = this.money.quote(family, demand, work)
    if (hold === undefined) return undefined
    const madeBytes = this.#madeBytes[family]!
    const expectedBytes = job.blobBytes + (Number.isNaN(madeBytes) ? (terms.assumedBytes ?? 0) : madeBytes)
    const sizeBytes = expectedBytes < COUNTED_BYTES ? 0 : expectedBytes
    if (sizeBytes > 0 && !this.#shared.memory.fits(this.#party, sizeBytes)) return undefined
    if (sizeBytes > 0) this.#hold(sizeBytes)
    this.money.reserve(family, hold)
    const tokens = terms.promptBytes !== undefined ? likelyTokensOf(demand!) : 0
    const passages = lanes.map(lane => lane.depart(this.#party, tokens, isResumed, this.#nowMs))
    const call = this.health.depart(family, number)
    const { reserved, counted, mostCost } = hold
    // Written out: spreading an object costs more than the rest of an admission.
    return { reserved, counted, mostCost, passages, call, sizeBytes, isResumed, hasSubmitted: false }
  }

  #passes(family: number, lanes: readonly Lane[]): boolean {
    if (this.health.givenUp(family) !== undefined) return false
    const answersAtMs = this.health.opensAtMs(family)
    let isOpen = answersAtMs === undefined
    this.#wakeAtMs = Math.min(this.#wakeAtMs, answersAtMs ?? Number.POSITIVE_INFINITY)
    for (const lane of lanes) {
      const closed = lane.closedFor(this.#party, this.#nowMs)
      if (closed === undefined) continue
      isOpen = false
      this.#refusedBy.add(lane)
      if (closed.untilMs !== undefined) this.#wakeAtMs = Math.min(this.#wakeAtMs, closed.untilMs)
    }
    return isOpen
  }

  /**
   * An attempt has settled: its places, its money and its memory are free.
   * @param spent in US dollars, with the most that work may cost which goes on at a service
   */
  settle(family: number, permit: Permit, message: JobSettled, spent: number): void {
    const { outcome } = message
    const { lanes } = this.#terms[family]!
    const { passages, call, sizeBytes, isResumed } = permit
    this.health.arrive(family, call, message, isResumed || permit.hasSubmitted)
    // A service that answers nobody says nothing of what it takes when it does.
    const arrival = arrivalOf(message, this.health.isDown(family))
    for (const [at, lane] of lanes.entries()) lane.arrive(this.#party, passages[at]!, arrival, this.#nowMs)
    this.money.settle(family, permit, spent)
    if (sizeBytes > 0) this.#giveBack(sizeBytes)
    this.#noteSize(family, outcome)
  }

  /** The run is over, however it ended: what it has in flight will not be settled any more. Idempotent. */
  close(): void {
    for (const lane of this.#lanes) lane.leave(this.#party)
    this.health.close()
    this.#shared.memory.leave(this.#party)
    if (this.#heldBytes > 0) this.#giveBack(this.#heldBytes)
  }

  #hold(sizeBytes: number): void {
    this.#heldBytes += sizeBytes
    this.#shared.memory.take(sizeBytes)
  }

  #giveBack(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes
    this.#shared.memory.giveBack(sizeBytes)
  }

  #noteSize(family: number, outcome: JobOutcome): void {
    if (outcome.state === 'failed') return
    let bytes = 0
    for (const { blob } of outcome.artifacts) if (blob !== undefined) bytes += blob.sizeBytes
    const before = this.#madeBytes[family]!
    if (Number.isNaN(before)) this.#madeBytes[family] = bytes
    else if (bytes !== before) this.#madeBytes[family] = before + RECENT * (bytes - before)
  }
}

/** @internal */
export function demandOf(
  { images, maxOutputTokens, promptBytes }: FamilyTerms,
  { inputs, loads, fileCount }: Pick<ResolvedJob, 'inputs' | 'loads' | 'fileCount'>,
): Demand {
  const inputFiles = fileCount
  if (promptBytes === undefined) return { images, maxOutputTokens, inputBytes: 0, inputFiles }
  const loadedBytes = loads.reduce((sum, { blob }) => sum + blob.sizeBytes, 0)
  const inputBytes = promptBytes + Buffer.byteLength(JSON.stringify(inputs)) + loadedBytes
  return { images, maxOutputTokens, inputBytes, inputFiles }
}
