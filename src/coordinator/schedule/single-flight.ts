import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import { MadeIndex, textKeys } from '../../plan/up-to-date/made-index.js'
import { ownHash, type ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import { repeats, unreadLoops } from '../../plan/up-to-date/unread-loops.js'
import { variantKey } from '../../plan/up-to-date/variant-key.js'
import type { ActiveJob } from '../state/active-job.js'

/** What a job that is about to start finds among the jobs with the same inputs. */
export type FlightLookup =
  /** None: its provider is called. */
  | { readonly state: 'alone' }
  /** One is running. This job is tried again when that one has settled. */
  | { readonly state: 'following' }
  /** This one has succeeded in this run. */
  | { readonly state: 'made'; readonly job: number /** Of who has answered it. */; readonly place: number }

const ALONE: FlightLookup = { state: 'alone' }
const FOLLOWING: FlightLookup = { state: 'following' }

/**
 * One key, one flight: of the jobs of a run that have the same provider, model, config and inputs, one calls the
 * provider, and the others take its result. Jobs that differ only in a loop that they do not read are variants, and all
 * of them run.
 */
export class SingleFlight {
  readonly #plan: Plan
  /** By family: the places of the loops that are part of its key; undefined: its jobs share no results. */
  readonly #variantLoops: readonly (readonly number[] | undefined)[]
  readonly #leaders = new Map<string, number>()
  readonly #followers = new Map<number, ActiveJob[]>()
  /** After one failure of a key, each of its jobs runs by itself. */
  readonly #failed = new Set<string>()
  readonly #made: MadeIndex

  /** @param settingsOf of a family, what decides about results besides the inputs; absent: nothing is shared */
  constructor(plan: Plan, movie: MovieState, settingsOf: ((family: Family) => string) | undefined) {
    this.#plan = plan
    this.#made = new MadeIndex(textKeys(job => this.#keyOf(job, movie.inputsHashes.get(job) ?? '')))
    this.#variantLoops = settingsOf ? variantLoops(plan, settingsOf) : plan.families.map(() => undefined)
  }

  /** @param isFresh the user asked to regenerate it */
  find(active: ActiveJob, resolved: ResolvedJob, isFresh: boolean): FlightLookup {
    if (this.#variantLoops[active.family.index] === undefined || isFresh) return ALONE
    const { job } = active
    const key = this.#keyOf(job, ownHash(resolved))
    if (this.#failed.has(key)) return ALONE
    const leader = this.#leaders.get(key)
    if (leader === undefined || leader === job) {
      return this.#madeOf(job, resolved)
    }
    const followers = this.#followers.get(leader)
    if (followers) followers.push(active)
    else this.#followers.set(leader, [active])
    return FOLLOWING
  }

  #madeOf(job: number, { inputsHash, targets }: ResolvedJob): FlightLookup {
    const count = targets?.length ?? 1
    for (let place = 0; place < count; place++) {
      const made = this.#made.find(this.#keyOf(job, targets?.[place]?.inputsHash ?? inputsHash))
      if (made !== undefined && made !== job) return { state: 'made', job: made, place }
    }
    return ALONE
  }

  /** A job is on its way to its provider. @returns whether no other job with these inputs is, or was in this run */
  lead({ job, family }: ActiveJob, resolved: ResolvedJob): boolean {
    if (this.#variantLoops[family.index] === undefined) return true
    const key = this.#keyOf(job, ownHash(resolved))
    // A job to regenerate runs beside the one that others wait for already.
    if (this.#failed.has(key)) return false
    if (!this.#leaders.has(key)) this.#leaders.set(key, job)
    return this.#leaders.get(key) === job
  }

  /** A job has settled for this run. @returns the jobs that waited for it */
  settled(active: ActiveJob, isMade: boolean): readonly ActiveJob[] {
    const { job, family, resolved } = active
    if (this.#variantLoops[family.index] === undefined || resolved === undefined) return []
    const key = this.#keyOf(job, ownHash(resolved))
    // Known by who has answered.
    if (isMade) this.#made.add(job)
    if (this.#leaders.get(key) !== job) return []
    this.#leaders.delete(key)
    if (!isMade) this.#failed.add(key)
    const followers = this.#followers.get(job) ?? []
    this.#followers.delete(job)
    return followers
  }

  #keyOf(job: number, inputsHash: string): string {
    const family = this.#plan.familyOf(job)
    const loops = this.#variantLoops[family.index]!
    const { check, name } = family.producer
    // What another producer has made with the same settings has not passed this one's check.
    const key = check === undefined ? inputsHash : `${inputsHash} ${name}`
    if (loops.length === 0) return key
    return variantKey(key, family.namesOf(family.indicesOf(job)), loops)
  }
}

/** By family, for families whose jobs may share results: the loops that make variants. */
function variantLoops(plan: Plan, settingsOf: (family: Family) => string): (readonly number[] | undefined)[] {
  const twins = new Map<string, number>()
  for (const family of plan.families) twins.set(settingsOf(family), (twins.get(settingsOf(family)) ?? 0) + 1)
  const { loops } = plan.blueprint
  return plan.families.map(family => {
    const { producer } = family
    const hasTwin = twins.get(settingsOf(family))! > 1
    return producer.reuse && (hasTwin || repeats(producer, loops)) ? unreadLoops(producer, loops) : undefined
  })
}
