import type { Block } from '../../plan/geometry/block.js'
import type { Family } from '../../plan/geometry/family.js'
import type { JobTracker } from '../../plan/plan.js'
import type { RunReason } from '../../plan/up-to-date/planned-action.js'
import { openTarget } from '../fallback/open-target.js'
import type { NextStart, Scheduler } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'
import { FamilyTurns, type TurnSource } from './family-turns.js'
import { Frontier } from './frontier.js'
import { HeldJobs } from './held-jobs.js'
import { LayerProgress } from './layer-progress.js'
import { ReadyQueue } from './ready-queue.js'

/** The reason of almost every job of a first run, so it is not kept for each. */
const NOT_MADE: RunReason = { type: 'missing' }

/** How many jobs are passed over before each start while a family's jobs all fail alike. Prime, so that none is met twice. */
const DOUBT_STEP = 997

/** What has not started: which jobs wait for others, which are to be judged, which are ready, and which is next. */
export class JobSchedule implements Scheduler, TurnSource {
  /** Active jobs that wait for a permit of their provider. They start before queued ones of their family. */
  readonly held = new HeldJobs()
  readonly #state: RunState
  readonly #tracker: JobTracker
  readonly #frontier: Frontier
  readonly #layers: LayerProgress
  readonly #ready: ReadyQueue
  readonly #reasons = new Map<number, RunReason>()
  readonly #turns: FamilyTurns
  /** Jobs that have settled, and whose lists are to be read. */
  readonly #makers: number[] = []
  /** Active jobs that go on in this turn: their values are loaded, or their delay is over. */
  #due: ActiveJob[] = []
  /** The turn has started as many jobs as it may, and more can start. */
  #isCut = false
  /** Another job may become active. */
  #hasPlace = true

  constructor(state: RunState) {
    const { plan, options } = state
    this.#state = state
    this.#tracker = plan.createTracker()
    this.#frontier = new Frontier(this.#tracker.initiallyReady())
    this.#layers = new LayerProgress(sizesOf(state), options.upToLayer)
    this.#turns = new FamilyTurns(plan.families.length)
    // A layer of which only a part is made, or that waits for people, never ends; one that is tried on begins again.
    const isWhole =
      options.subset === undefined && state.reviews === undefined && plan.growth.untils.length === 0
    const isByLayer = options.schedule === 'layers' && isWhole
    const order = isByLayer ? 'by layer' : 'deepest first'
    this.#ready = new ReadyQueue(plan.geometry.jobSlots, plan.families.length, order)
  }

  /** Jobs of the layers to run that have not settled. */
  get unsettledCount(): number {
    return this.#layers.unsettledCount
  }

  /** With a subset, jobs are left that nobody is to make; with reviews, those that wait for people. */
  get canGoOn(): boolean {
    const { options, loadingLists, reviews } = this.#state
    if (reviews?.hasDue || reviews?.isLoading) return true
    if (this.#layers.unsettledCount === 0) return false
    if (options.subset === undefined && reviews === undefined) return true
    return this.#ready.size > 0 || loadingLists.size > 0 || this.hasMoreNow
  }

  get hasMoreNow(): boolean {
    const { halt, reviews } = this.#state
    if (halt !== undefined) return false
    return !this.#frontier.isEmpty || this.#makers.length > 0 || this.#isCut || reviews?.hasDue === true
  }

  /** A job whose dependencies have settled and that nobody has judged yet. */
  nextUnjudged(): number | undefined {
    return this.#frontier.take()
  }

  /** Whether a job is one that is to run, by its layer and its producer. */
  includes(job: number): boolean {
    const { plan, options } = this.#state
    if (!this.#layers.includes(plan.layers.layerOf(job))) return false
    return options.until === undefined || options.until.includes(plan.familyOf(job))
  }

  /** A job may start, as soon as there is a place. */
  queue(family: Family, job: number, reason: RunReason): void {
    this.#state.statuses.set(job, 'queued')
    if (reason.type !== 'missing') this.#reasons.set(job, reason)
    this.#ready.push(family.index, this.#state.plan.layers.layerOf(job), job)
  }

  next(left: number): NextStart | undefined {
    const { halt, active, parked, options, admission, plan } = this.#state
    this.#isCut = false
    if (halt !== undefined) return undefined
    const hasReady = this.#ready.size > 0
    if (!hasReady && this.held.isEmpty) return undefined
    this.#hasPlace = hasReady && active.size - parked.size - this.#waivedPlaces() < options.concurrency
    if (!this.#hasPlace && this.held.isEmpty) return undefined
    const best = this.#turns.next(this)
    if (best === undefined) return undefined
    const target = this.#targetOf(best)
    if (this.#isHeldUp(target)) return { type: 'held', target }
    this.#isCut = left <= 0
    if (this.#isCut) return undefined
    const isSample = admission.health.isDoubtful(target)
    if (isSample) this.#ready.rotate(best, this.#layers.current, DOUBT_STEP)
    const job = this.#ready.pop(best, this.#layers.current)
    if (isSample) admission.health.sampled(target, job)
    return { type: 'queued', family: plan.families[best]!, job, reason: this.#takeReason(job) }
  }

  /** An active job goes on in this turn, unless the run is halted before. */
  resume(active: ActiveJob): void {
    this.#due.push(active)
  }

  takeDue(): readonly ActiveJob[] {
    const due = this.#due
    if (due.length > 0) this.#due = []
    return due
  }

  /** A job has settled: its layer goes on, and jobs that waited for it may be judged. */
  settled(family: Family, job: number): void {
    // Its lists are read first: what waits for it may wait for their elements as well.
    if (this.#state.plan.growth.makers.has(family.index)) this.#makers.push(job)
    else this.#complete(family, job)
  }

  nextMaker(): number | undefined {
    return this.#makers.shift()
  }

  remakeList(job: number): void {
    this.#makers.push(job)
  }

  grow(block: Block): void {
    const { plan, statuses, options } = this.#state
    statuses.add(block.firstJob, block.size)
    this.#ready.grow(block.firstJob + block.size)
    if (options.until?.includes(plan.families[block.family]!) !== false)
      this.#layers.add(plan.layers.layerOf(block.firstJob), block.size)
    this.#tracker.add(block, ready => this.#frontier.push(ready))
  }

  /** A job that waited for a review is judged once more. */
  reconsider(job: number): void {
    this.#frontier.push(job)
  }

  listsRead(job: number): void {
    this.#complete(this.#state.plan.familyOf(job), job)
  }

  #complete(family: Family, job: number): void {
    this.#layers.settle(this.#state.plan.layers.layerOf(job))
    this.#tracker.complete(family, job, ready => this.#frontier.push(ready))
  }

  /** Whether a job of this family waits for its start. */
  hasReady(family: number): boolean {
    return this.#ready.layerOf(family, this.#layers.current) !== -1
  }

  /** Its service does not answer, and there is a job that has not been tried with it. */
  triesFresh(target: number): boolean {
    const { admission, plan } = this.#state
    return admission.health.prefersFresh(target) && this.hasReady(plan.targets.familyOf(target))
  }

  /** Who a new job would be sent to. */
  #targetOf(family: number): number {
    const { plan } = this.#state
    return plan.targets.isAlone(family) ? family : openTarget(this.#state, plan.families[family]!)
  }

  startableLayerOf(family: number): number {
    const target = this.#targetOf(family)
    if (this.#isHeldUp(target)) return this.#state.plan.layers.layerOf(this.held.first(target)!.job)
    return this.#hasPlace ? this.#ready.layerOf(family, this.#layers.current) : -1
  }

  /** Jobs wait for a permit of this target: they go before queued ones. */
  #isHeldUp(target: number): boolean {
    return this.held.has(target) && !this.triesFresh(target)
  }

  activeOf(family: number): number {
    return this.#state.tallies[family]!.active
  }

  weightOf(family: number): number {
    return this.#state.admission.weightOf(family)
  }

  mayStart(family: number): boolean {
    const { active, admission } = this.#state
    const target = this.#targetOf(family)
    return admission.health.mayStart(target, job => active.has(job)) && admission.mayStart(target)
  }

  /** Jobs that wait for a service to answer keep no fresh one from trying it. */
  #waivedPlaces(): number {
    const { active, admission } = this.#state
    if (!admission.health.isAnyDown) return 0
    let count = 0
    for (const { state, target } of active.values())
      if ((state === 'held' || state === 'backoff') && admission.health.prefersFresh(target)) count++
    return count
  }

  #takeReason(job: number): RunReason {
    const reason = this.#reasons.get(job)
    this.#reasons.delete(job)
    return reason ?? NOT_MADE
  }
}

/** Jobs of each layer that are known and to be made. */
function sizesOf({ plan, options: { until } }: RunState): Int32Array {
  const { families, layers } = plan
  if (until === undefined) return layers.sizes
  const sizes = new Int32Array(layers.sizes.length)
  for (const family of families)
    if (until.includes(family))
      for (const { firstJob, size } of family.blocks)
        for (let job = firstJob; job < firstJob + size; job++) sizes[layers.layerOf(job)]!++
  return sizes
}
