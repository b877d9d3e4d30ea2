import type { JobId } from '../model/id.js'
import type { JsonValue } from '../model/json.js'
import { moveElements } from '../model/movie/moves/move-elements.js'
import type { MovieState } from '../model/movie/movie-state.js'
import type { Block } from './geometry/block.js'
import type { Family } from './geometry/family.js'
import { absentList, absentOutput, selectJob, selectJobs } from './geometry/select-jobs.js'
import { adoptBlock } from './growth/adopt-block.js'
import type { GrowthListener } from './growth/growth-listener.js'
import { ListReader } from './growth/read-made-lists.js'
import { UnknownTally } from './growth/unknown-tally.js'
import { accepts } from './growth/until/accepts.js'
import { Trials } from './growth/until/trials.js'
import type { MovesInList } from './identity/moves-in-list.js'
import type { JobTracker, Plan } from './plan.js'
import type { Preview } from './preview.js'
import { PreviewRows } from './preview-rows.js'
import { ForeseenWaits } from './review/foreseen-waits.js'
import type { PlanSubset } from './subset/plan-subset.js'
import type { PlanUntil } from './subset/plan-until.js'
import type { JobAction } from './up-to-date/job-action.js'
import { JobResolver } from './up-to-date/job-resolver.js'
import { JobStatuses } from './up-to-date/job-statuses.js'
import { Judge } from './up-to-date/judge.js'
import { MadeBefore } from './up-to-date/made-before.js'
import type { PlannedAction } from './up-to-date/planned-action.js'
import type { SettingsOf } from './up-to-date/settings-parts.js'

export interface PreviewOptions {
  readonly settingsOf: SettingsOf
  readonly isRegenerated: (job: number) => boolean
  /** Layers to run, counted from 1; absent: all. */
  readonly upToLayer?: number | undefined
  /** The producers that are to be made; absent: all. */
  readonly until?: PlanUntil | undefined
  /** The jobs that may be made; absent: all. */
  readonly subset?: PlanSubset | undefined
  /** Large values that have been read, by their hash: lists that jobs have made. */
  readonly loaded?: ReadonlyMap<string, JsonValue> | undefined
  /** Absent: nothing is kept for elements of lists that jobs make. */
  readonly movesInList?: MovesInList | undefined
  /** Told of each job. */
  readonly onAction?: (job: number, action: JobAction) => void
}

/** Judges every job without running one: a job that needs one that runs counts as running. Pure. */
export function previewRun(plan: Plan, movie: MovieState, options: PreviewOptions): Preview {
  return new Previewer(plan, movie, options).preview()
}

/** Where a job stands in a preview. */
const STATUS_OF = { cached: 'cached', reuse: 'cached', failed: 'failed', skip: 'skipped' } as const

class Previewer {
  readonly #plan: Plan
  readonly #statuses: JobStatuses
  readonly #judge: Judge
  readonly #tracker: JobTracker
  readonly #movie: MovieState
  readonly #layerLimit: number
  readonly #rows: PreviewRows
  /** First job of each family that would run. */
  readonly #firstToRun: (number | undefined)[]
  readonly #until: PlanUntil | undefined
  readonly #subset: PlanSubset | undefined
  readonly #trials: Trials
  readonly #unknown: UnknownTally
  readonly #movesInList: MovesInList | undefined
  readonly #onAction: PreviewOptions['onAction']
  /** Undefined where nobody judges what is made. */
  readonly #waits: ForeseenWaits | undefined

  constructor(plan: Plan, movie: MovieState, options: PreviewOptions) {
    this.#plan = plan
    this.#movie = movie
    this.#statuses = new JobStatuses(movie, plan.geometry.jobSlots, hash => options.loaded?.get(hash))
    const resolver = new JobResolver(plan, this.#statuses, options.settingsOf)
    const before = new MadeBefore(plan, movie)
    this.#judge = new Judge(plan, movie, this.#statuses, resolver, options.isRegenerated, before, true)
    this.#tracker = plan.createTracker()
    this.#trials = new Trials(plan, movie, this.#statuses)
    this.#unknown = new UnknownTally(plan.growth, movie)
    this.#layerLimit = options.upToLayer ?? Number.POSITIVE_INFINITY
    this.#firstToRun = plan.families.map(() => undefined)
    this.#until = options.until
    this.#subset = options.subset
    this.#movesInList = options.movesInList
    this.#onAction = options.onAction
    const waits = new ForeseenWaits(plan, movie)
    this.#waits = waits.isEmpty ? undefined : waits
    this.#rows = new PreviewRows(!waits.isEmpty)
  }

  preview(): Preview {
    const frontier: number[] = []
    const onReady = (job: number) => {
      frontier.push(job)
    }
    const { growth } = this.#plan
    const canGrow = growth.makers.size > 0 || growth.untils.length > 0
    const visit = (job: number) => {
      const family = this.#plan.familyOf(job)
      if (this.#plan.layers.layerOf(job) >= this.#layerLimit || this.#until?.includes(family) === false)
        return
      const action = this.#settle(family, job)
      const isHeld = this.#waits?.settle(family, job, action) !== undefined
      this.#onAction?.(job, action)
      if (this.#subset === undefined || this.#subset.includes(family, job))
        this.#rows.count(this.#plan.layers.layerOf(job) + 1, family, action, isHeld)
      else if (action.type === 'run') return
      if (canGrow) this.#growBy(family, job, action, onReady)
      this.#tracker.complete(family, job, onReady)
    }
    this.#trials.begin(this.#listener(onReady))
    for (const job of this.#tracker.initiallyReady()) {
      visit(job)
      while (frontier.length > 0) visit(frontier.pop()!)
    }
    for (const trial of this.#trials.open) this.#unknown.noteTrial(trial)
    const rows = this.#rows.list()
    const total = (key: keyof Preview['counts']) => rows.reduce((sum, row) => sum + (row[key] ?? 0), 0)
    return {
      rows,
      unknownLists: this.#unknown.list(),
      unknownJobs: this.#unknown.jobs(this.#familiesToRun(), this.#plan.blueprint.loops),
      counts: {
        jobs: total('jobs'),
        run: total('run'),
        ...(this.#waits && { waiting: total('waiting') }),
        cached: total('cached'),
        reused: total('reused'),
        skipped: total('skipped'),
      },
      explain: id => this.#explain(id),
    }
  }

  /** Those that are in a layer to run. */
  #familiesToRun(): readonly Family[] {
    const { families, layers } = this.#plan
    return families.filter(
      family =>
        (layers.ofProducer?.(family.index) ?? 0) < this.#layerLimit &&
        this.#until?.includes(family) !== false,
    )
  }

  /** The lists of jobs that are up to date are known; those of others are not. */
  #growBy(family: Family, job: number, { type }: PlannedAction, onReady: (job: number) => void): void {
    const { growth, geometry } = this.#plan
    const lists = growth.listsOf(family, job)
    const listener = this.#listener(onReady)
    const { added } = listener
    // What is to run is under way.
    if (growth.untils.length > 0 && type !== 'run')
      this.#trials.settled(family, job, listener, rule => accepts(rule, job, this.#statuses))
    if (lists.length === 0) return
    const reader = new ListReader(this.#plan, this.#movie, this.#statuses, listener, this.#trials)
    const isKnown = type !== 'run' && reader.missing(lists).length === 0
    for (const list of lists) {
      if (isKnown) {
        reader.read(list, undefined)
        continue
      }
      const absence = { job, state: 'skipped' } as const
      for (const block of geometry.grow(list.loop.name, list.parents, { length: 0, absence })) added(block)
      this.#unknown.note(list)
    }
  }

  #listener(onReady: (job: number) => void): GrowthListener {
    return {
      movesIn: this.#movesInList,
      expanded: (_, moved) => moved && moveElements(this.#movie, moved),
      failed: () => {},
      short: () => {},
      added: (block: Block) => {
        adoptBlock(this.#movie, block)
        this.#statuses.add(block.firstJob, block.size)
        this.#tracker.add(block, onReady)
      },
    }
  }

  #settle(family: Family, job: number): JobAction {
    const action = this.#action(family, job)
    if (action.type === 'run') {
      this.#statuses.set(job, 'queued')
      this.#firstToRun[family.index] ??= job
    } else {
      if (action.type === 'skip') this.#statuses.noteSkip(job, action.reason)
      if (action.type === 'reuse') {
        this.#statuses.foresee(family.blockOf(job).firstArtifactOf(job), action.contents)
      }
      this.#statuses.set(job, STATUS_OF[action.type])
    }
    return action
  }

  #action(family: Family, job: number): JobAction {
    const upstream = this.#judge.isPinned(family, job) ? undefined : this.#upstreamToRun(family, job)
    if (upstream === undefined) return this.#judge.judge(family, job)
    return { type: 'run', reason: { type: 'upstream', jobId: this.#movie.slots.jobIdAt(upstream) } }
  }

  #upstreamToRun(family: Family, job: number): number | undefined {
    let indices: number[] | undefined
    const spread = family.varies ? absentOutput(family, family.indicesOf(job)) : undefined
    if (spread !== undefined && this.#statuses.get(spread.job) === 'queued') return spread.job
    for (const { producer, jobs } of this.#plan.reads[family.index]!) {
      const absence = producer.varies ? absentList(producer, jobs, family.indicesOf(job)) : undefined
      if (absence !== undefined && this.#statuses.get(absence.job) === 'queued') return absence.job
      const first = this.#firstToRun[producer.index]
      if (first === undefined) continue
      if (jobs.selectors.every(selector => selector.type === 'all')) return first
      indices ??= family.indicesOf(job)
      const needed = jobs.isFanIn ? selectJobs(producer, jobs, indices) : [selectJob(producer, jobs, indices)]
      const found = needed.find(each => each !== -1 && this.#statuses.get(each) === 'queued')
      if (found !== undefined) return found
    }
    return undefined
  }

  #explain(id: string): ReturnType<Preview['explain']> {
    const job = this.#plan.createSlots().plannedJob(id as JobId)
    if (job === -1) return undefined
    const family = this.#plan.familyOf(job)
    const action = this.#action(family, job)
    const cause = this.#waits?.causeOf(family, job, action)
    return {
      layer: this.#plan.layers.layerOf(job) + 1,
      action: action.type === 'reuse' ? { type: 'reuse' } : action,
      ...(cause !== undefined && { waitsFor: this.#movie.slots.jobIdAt(cause) }),
    }
  }
}
