import type { JobSettled } from '../../../model/job.js'
import type { JobError } from '../../../model/movie/event.js'
import { isCovered } from '../../fallback/is-covered.js'
import type { Closure, GiveUp, ServiceHealth } from '../../run-limits.js'
import type { TargetTerms } from '../../target-terms.js'
import type { Tenant } from '../tenants.js'
import { AlikeFailures } from './alike-failures.js'
import type { Blame, Call } from './call.js'
import { callReport } from './call-report.js'
import type { EndpointHealth } from './endpoint-health.js'
import { giveUpOf, patienceEndsAtMs } from './give-up.js'
import { isMistake } from './is-mistake.js'
import type { OutageProgress } from './outage-progress.js'

const OUTAGES_EXCUSED = 3
/** Tells the jobs of different runs apart. */
let runCount = 0

type HealthTerms = Pick<TargetTerms, 'health' | 'base' | 'later' | 'fallbackOn'>

/** A run's view of the services that it calls: which of them answer, and which it has given up. */
export class RunHealth implements ServiceHealth {
  /** By target; undefined: it calls no service. */
  readonly #services: readonly (EndpointHealth | undefined)[]
  readonly #distinct: ReadonlySet<EndpointHealth>
  readonly #tenant: Tenant
  readonly #waitMs: number | undefined
  readonly #alike: AlikeFailures[]
  readonly #terms: readonly HealthTerms[]
  /** By target. */
  readonly #givenUp = new Map<number, GiveUp>()
  readonly #run = ++runCount
  #joinedAtMs: number | undefined
  #nowMs = 0

  /** @param waitMs how long the run waits for a service that does not answer; undefined: as long as is usual */
  constructor(terms: readonly HealthTerms[], tenant: Tenant, waitMs: number | undefined) {
    const services = terms.map(({ health }) => health)
    this.#services = services
    this.#terms = terms
    this.#distinct = new Set(services.filter(service => service !== undefined))
    this.#tenant = tenant
    this.#waitMs = waitMs
    // A mistake in a producer is one whatever model its jobs name.
    this.#alike = []
    for (const [target, { base }] of terms.entries())
      this.#alike.push(base === undefined || base === target ? new AlikeFailures() : this.#alike[base]!)
    for (const service of this.#distinct) service.join(tenant)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  beginTurn(nowMs: number): void {
    this.#joinedAtMs ??= nowMs
    this.#nowMs = nowMs
  }

  /** When it may send its next call; undefined: now. */
  opensAtMs(target: number): number | undefined {
    return this.#services[target]?.opensAtMs(this.#nowMs)
  }

  /** When the run must look again whether it waits any longer; undefined: it waits for nothing. */
  get looksAtMs(): number | undefined {
    let earliest: number | undefined
    for (const { outage } of this.#distinct) {
      if (outage === undefined) continue
      const endsAtMs = patienceEndsAtMs(outage, { joinedAtMs: this.#joinedAtMs!, waitMs: this.#waitMs })
      if (endsAtMs > this.#nowMs) earliest = Math.min(earliest ?? endsAtMs, endsAtMs)
    }
    return earliest
  }

  isDown(target: number): boolean {
    return this.#services[target]?.outage !== undefined
  }

  get isAnyDown(): boolean {
    for (const { outage } of this.#distinct) if (outage !== undefined) return true
    return false
  }

  /** The service does not answer, and a job that has not failed yet would be the best one to try it with. */
  prefersFresh(target: number): boolean {
    return this.#services[target]?.prefersFresh ?? false
  }

  /** Its jobs have all failed alike: the next ones should be from elsewhere in the table. */
  isDoubtful(target: number): boolean {
    return this.#alike[target]!.isDoubtful
  }

  /** A doubtful job starts, from elsewhere in the table. */
  sampled(target: number, job: number): void {
    this.#alike[target]!.sampled(job)
  }

  /** False: the jobs that are to show whether its jobs all fail alike are under way. */
  mayStart(target: number, isActive: (job: number) => boolean): boolean {
    return this.#alike[target]!.mayStart(isActive)
  }

  sent(target: number, job: number): Call | undefined {
    return this.#services[target]?.sent(this.#tenant, `${this.#run} ${job}`, this.#nowMs)
  }

  returned(target: number, call: Call | undefined, settled: JobSettled, isTaken: boolean): void {
    this.#noteAlike(target, settled)
    const report = callReport(settled, isTaken)
    if (call) this.#services[target]!.returned(call, report, this.#nowMs)
  }

  taken(target: number, call: Call | undefined): void {
    if (call) this.#services[target]!.taken(call, this.#nowMs)
  }

  /** Whose fault a failure was that came at this moment. */
  blame(target: number, call: Call | undefined, error: JobError, failedAtMs: number): Blame {
    return call === undefined ? 'own' : this.#services[target]!.blame(call, error, failedAtMs)
  }

  /**
   * How many of a job's failures were a service's fault, and not its own. A job that is there whenever its service seems
   * to fail is what makes it seem so: only its first outages excuse it.
   */
  waivedCount(target: number, failedAtMs: readonly number[]): number {
    const excused = new Set<number>()
    let count = 0
    for (const atMs of failedAtMs) {
      const outage = this.#services[target]?.outageAt(atMs)
      if (outage === undefined) continue
      if (excused.size < OUTAGES_EXCUSED) excused.add(outage)
      if (excused.has(outage)) count++
    }
    return count
  }

  hasServedSince(target: number, atMs: number): boolean {
    return this.#services[target]?.hasServedSince(atMs) ?? true
  }

  /** Whether this call is the one that tries a service which does not answer. */
  isTry(target: number, call: Call | undefined): boolean {
    return call !== undefined && (this.#services[target]?.isTry(call) ?? false)
  }

  /** Calls of any run that are on their way to its service. */
  inFlight(target: number): number {
    return this.#services[target]?.inFlight ?? 0
  }

  /** Targets whose calls say something about the service of this one, itself among them. */
  targetsOf(target: number): readonly number[] {
    const service = this.#services[target]
    return this.#services.flatMap((each, at) => (each === service ? [at] : []))
  }

  givenUp(target: number): GiveUp | undefined {
    return this.#givenUp.get(target)
  }

  /** Why a target is not to be called now: it was given up, or it does not answer and its next try is not due. */
  closedBy(target: number): Closure | undefined {
    const given = this.#givenUp.get(target)
    if (given !== undefined) return { error: given.error, opensAtMs: Number.POSITIVE_INFINITY }
    const service = this.#services[target]
    const opensAtMs = service?.opensAtMs(this.#nowMs)
    const outage = service?.outage
    return outage && opensAtMs !== undefined ? { error: outage.error, opensAtMs } : undefined
  }

  /**
   * Targets that the run gives up now.
   * @param activeOf jobs sent to a target that have started and not ended
   */
  giveUp(nameOf: (target: number) => string, activeOf: (target: number) => number): readonly number[] {
    const given: number[] = []
    const decisions = new Map<EndpointHealth, GiveUp | undefined>()
    for (const service of this.#distinct) decisions.set(service, this.#decisionOn(service))
    // The last ones first: whether one is given up depends on those after it.
    for (let target = this.#services.length - 1; target >= 0; target--) {
      if (this.#givenUp.has(target)) continue
      const service = this.#services[target]
      const found = (service && decisions.get(service)) ?? this.#alikeDecision(target, nameOf, activeOf)
      if (found === undefined || (isPassing(found) && this.#goesOn(target, found))) continue
      this.#givenUp.set(target, found)
      given.push(target)
    }
    return given
  }

  /** Its jobs go on elsewhere: the run need not wait for it, and can try it for as long as it lasts. */
  #goesOn(target: number, { error }: GiveUp): boolean {
    const { later = [], fallbackOn = [] } = this.#terms[target]!
    return isCovered(fallbackOn, error) && later.some(each => !this.#givenUp.has(each))
  }

  outages(): OutageProgress[] {
    const outages: OutageProgress[] = []
    for (const { name, outage } of this.#distinct) {
      if (outage === undefined) continue
      const { error, sinceMs, isTrying, nextTryAtMs } = outage
      const patience = { joinedAtMs: this.#joinedAtMs ?? sinceMs, waitMs: this.#waitMs }
      outages.push({
        service: name,
        error,
        forMs: Math.round(this.#nowMs - sinceMs),
        nextTryInMs: isTrying ? 0 : Math.max(0, Math.round(nextTryAtMs - this.#nowMs)),
        givesUpInMs: Math.max(0, Math.round(patienceEndsAtMs(outage, patience) - this.#nowMs)),
      })
    }
    return outages
  }

  /** The run is over. Idempotent. */
  close(): void {
    for (const service of this.#distinct) service.leave(this.#tenant, this.#nowMs)
  }

  #decisionOn(service: EndpointHealth): GiveUp | undefined {
    const patience = { nowMs: this.#nowMs, joinedAtMs: this.#joinedAtMs!, waitMs: this.#waitMs }
    const found = giveUpOf(service, patience)
    if (found !== 'lone') return found
    service.blameLone()
    return undefined
  }

  #alikeDecision(
    target: number,
    nameOf: (target: number) => string,
    activeOf: (target: number) => number,
  ): GiveUp | undefined {
    const error = this.#alike[target]!.commonError
    if (error === undefined || activeOf(target) > 0) return undefined
    const message = `Every job of ${nameOf(target)} that was tried has failed the same way (${error.code}: ${error.message}). Its other jobs were not tried. Fix the cause, then run again to continue.`
    return { reason: 'refused', message, error }
  }

  #noteAlike(target: number, { job, outcome }: JobSettled): void {
    const alike = this.#alike[target]!
    if (outcome.state === 'succeeded') alike.succeeded()
    else if (isMistake(outcome)) alike.failed(job, outcome.error)
  }
}

/** It may answer later: nothing has to be fixed. */
const isPassing = ({ reason, error }: GiveUp): boolean => reason === 'outage' || error.code === 'rate_limited'
