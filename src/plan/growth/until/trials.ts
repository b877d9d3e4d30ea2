import { type Expansion, expansionKey } from '../../../model/movie/expansion.js'
import type { MovieState } from '../../../model/movie/movie-state.js'
import type { Family } from '../../geometry/family.js'
import { forEachParents } from '../../geometry/for-each-parents.js'
import type { Geometry } from '../../geometry/geometry.js'
import type { TriedList } from '../../geometry/loop-lists.js'
import type { InputValues } from '../../inputs/input-part.js'
import { wantedCount } from '../../inputs/wanted-count.js'
import type { ArtifactSource } from '../../values/artifact-source.js'
import type { GrowthListener } from '../growth-listener.js'
import type { ListGrowth, UntilRule } from '../list-growth.js'
import { shortageError } from './shortage-error.js'
import { Trial } from './trial.js'

/** The plan, as far as trials go. */
interface TrialPlan {
  readonly growth: ListGrowth
  readonly geometry: Geometry
  readonly inputs: InputValues
  familyOf(job: number): Family
}

/** All lists whose elements are tried until enough are accepted: opens them, goes on with them, and closes them. */
export class Trials {
  readonly #plan: TrialPlan
  readonly #movie: MovieState
  readonly #source: ArtifactSource
  readonly #trials = new Map<string, Trial>()
  #hasBegun = false

  constructor(plan: TrialPlan, movie: MovieState, source: ArtifactSource) {
    this.#plan = plan
    this.#movie = movie
    this.#source = source
  }

  /** Those that go on. */
  get open(): readonly Trial[] {
    return [...this.#trials.values()]
  }

  /** Opens the lists that are known from the start. Idempotent. */
  begin(listener: GrowthListener): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    for (const rule of this.#plan.growth.untils)
      forEachParents(this.#plan.geometry.lists, rule.loop, parents => this.#begin(rule, parents, listener))
  }

  /** Elements of a loop have become known: opens the lists inside of them. */
  entered(loop: string, listener: GrowthListener): void {
    for (const rule of this.#plan.growth.untils)
      if (rule.loop.parents.includes(loop))
        forEachParents(this.#plan.geometry.lists, rule.loop, parents => this.#begin(rule, parents, listener))
  }

  /**
   * A job that decides has settled.
   * @param isAccepted what it says of its element
   */
  settled(
    family: Family,
    job: number,
    listener: GrowthListener,
    isAccepted: (rule: UntilRule, trial: Trial) => boolean,
  ): void {
    for (const rule of this.#plan.growth.untils) {
      if (rule.family !== family) continue
      const indices = family.indicesOf(job)
      const trial = this.#trials.get(keyOf(rule, indices.slice(0, -1)))
      if (trial === undefined) continue
      trial.settled(indices.at(-1)!, isAccepted(rule, trial))
      this.#goOn(rule, trial, job, listener)
    }
  }

  #begin(rule: UntilRule, parents: readonly number[], listener: GrowthListener): void {
    const { loop } = rule
    const key = keyOf(rule, parents)
    const lists = this.#plan.geometry.lists.get(loop.name)!
    if (this.#trials.has(key) || lists.at(parents)?.tried?.isOpen === false) return
    const { count = 0, reached = 0 } = this.#known(rule, parents) ?? {}
    const trial = new Trial(loop, parents, wantedCount(loop, this.#plan.inputs), Math.max(count, reached))
    this.#trials.set(key, trial)
    if (trial.wanted === 0) this.#close(rule, trial, undefined, listener)
    else this.#more(rule, trial, trial.wanted, listener, lists.at(parents) !== undefined)
  }

  #goOn(rule: UntilRule, trial: Trial, job: number, listener: GrowthListener): void {
    const outside = this.#outsideCause(rule, job)
    if (outside !== undefined) {
      this.#closeAs(trial, { isOpen: false, accepted: trial.accepted(), shortage: outside })
      return
    }
    const step = trial.step()
    switch (step.type) {
      case 'wait':
        return
      case 'more':
        this.#more(rule, trial, step.count, listener)
        return
      case 'enough':
        this.#close(rule, trial, undefined, listener)
        return
      case 'spent':
        this.#close(rule, trial, job, listener)
    }
  }

  /** @param isLaidOut the jobs of the first batch are there */
  #more(rule: UntilRule, trial: Trial, count: number, listener: GrowthListener, isLaidOut = false): void {
    trial.add(count)
    const known = this.#known(rule, trial.parents)
    if (trial.count > (known?.count ?? -1)) this.#tell(trial, listener, { count: trial.count })
    const { geometry } = this.#plan
    const { name } = trial.loop
    if (!isLaidOut) {
      const tried: TriedList = { starts: [...trial.starts], isOpen: true }
      for (const block of geometry.grow(name, trial.parents, { length: trial.count, tried }))
        listener.added(block)
    }
    this.entered(name, listener)
  }

  #close(rule: UntilRule, trial: Trial, lastJob: number | undefined, listener: GrowthListener): void {
    const accepted = trial.accepted()
    const known = this.#known(rule, trial.parents)
    if (lastJob === undefined) {
      const isKnown =
        known?.accepted === trial.wanted && known.error === undefined && known.count! >= trial.count
      if (!isKnown) this.#tell(trial, listener, { count: trial.count, accepted: trial.wanted })
      this.#closeAs(trial, { isOpen: false, accepted })
      return
    }
    const job = this.#movie.slots.jobIdAt(lastJob)
    const error = shortageError(trial, job, index => this.#failureOf(rule, trial, index))
    const told = { count: trial.count, accepted: accepted.length, error }
    if (known?.error?.message !== error.message) this.#tell(trial, listener, told)
    listener.short(error)
    this.#closeAs(trial, { isOpen: false, accepted, shortage: { job: lastJob, state: 'failed' } })
  }

  #closeAs({ loop, parents, count, starts }: Trial, tried: Omit<TriedList, 'starts'>): void {
    const lists = this.#plan.geometry.lists.get(loop.name)!
    lists.set(parents, { length: count, tried: { ...tried, starts: [...starts] } })
    this.#trials.delete(`${loop.name} ${parents}`)
  }

  #tell(trial: Trial, listener: GrowthListener, told: Pick<Expansion, 'count' | 'accepted' | 'error'>): void {
    const { loop, parents, reached, count } = trial
    const names = this.#plan.growth.namesOf(loop.name, parents)
    listener.expanded(
      {
        loop: loop.name,
        ...(names.length > 0 && { parents: names }),
        ...told,
        ...(reached > count && { reached }),
      },
      undefined,
    )
  }

  #known({ loop }: UntilRule, parents: readonly number[]): Expansion | undefined {
    return this.#movie.expansions.get(expansionKey(loop.name, this.#plan.growth.namesOf(loop.name, parents)))
  }

  /** A job outside of the loop that keeps all of its elements from being made. */
  #outsideCause({ loop }: UntilRule, job: number): TriedList['shortage'] {
    if (this.#source.endOf(job) !== 'skipped') return undefined
    for (let at = job; ; ) {
      const reason = this.#movie.skipReasons.get(at)
      if (reason?.type !== 'upstream') return undefined
      at = this.#movie.slots.jobSlot(reason.jobId)
      if (!this.#plan.geometry.hasJob(at)) return undefined
      if (!this.#plan.familyOf(at).producer.loops.includes(loop.name)) return { job: at, state: reason.state }
    }
  }

  /** Why an element was not accepted, where a job of it has failed. */
  #failureOf({ family }: UntilRule, { parents }: Trial, index: number): string | undefined {
    for (let at = family.jobAt([...parents, index]); at !== -1; ) {
      const error = this.#movie.errors.get(at)
      if (error !== undefined) return error.code
      const reason = this.#movie.skipReasons.get(at)
      if (reason?.type !== 'upstream') return undefined
      at = this.#movie.slots.jobSlot(reason.jobId)
    }
    return undefined
  }
}

const keyOf = ({ loop }: UntilRule, parents: readonly number[]): string => `${loop.name} ${parents}`
