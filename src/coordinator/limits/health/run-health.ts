import type { JobSettled } from '../../../model/job.js'
import type { JobError } from '../../../model/movie/event.js'
import type { GiveUp, ServiceHealth } from '../../run-limits.js'
import type { Tenant } from '../tenants.js'
import { AlikeFailures } from './alike-failures.js'
import type { Blame, Call } from './call.js'
import { callReport } from './call-report.js'
import type { EndpointHealth } from './endpoint-health.js'
import { giveUpOf, patienceEndsAtMs } from './give-up.js'
import type { OutageProgress } from './outage-progress.js'

const OUTAGES_EXCUSED = 3
/** Tells the jobs of different runs apart. */
let runCount = 0

/** A run's view of the services that it calls: which of them answer, and which it has given up. */
export class RunHealth implements ServiceHealth {
  /** By family; undefined: it calls no service. */
  readonly #services: readonly (EndpointHealth | undefined)[]
  readonly #distinct: ReadonlySet<EndpointHealth>
  readonly #tenant: Tenant
  readonly #waitMs: number | undefined
  readonly #alike: AlikeFailures[]
  /** By family. */
  readonly #givenUp = new Map<number, GiveUp>()
  readonly #run = ++runCount
  #joinedAtMs: number | undefined
  #nowMs = 0

  /** @param waitMs how long the run waits for a service that does not answer; undefined: as long as is usual */
  constructor(
    terms: readonly { readonly health?: EndpointHealth | undefined }[],
    tenant: Tenant,
    waitMs: number | undefined,
  ) {
    const services = terms.map(({ health }) => health)
    this.#services = services
    this.#distinct = new Set(services.filter(service => service !== undefined))
    this.#tenant = tenant
    this.#waitMs = waitMs
    this.#alike = services.map(() => new AlikeFailures())
    for (const service of this.#distinct) service.join(tenant)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  beginTurn(nowMs: number): void {
    this.#joinedAtMs ??= nowMs
    this.#nowMs = nowMs
  }

  /** When this family may send its next call; undefined: now. */
  opensAtMs(family: number): number | undefined {
    return this.#services[family]?.opensAtMs(this.#nowMs)
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

  isDown(family: number): boolean {
    return this.#services[family]?.outage !== undefined
  }

  get isAnyDown(): boolean {
    for (const { outage } of this.#distinct) if (outage !== undefined) return true
    return false
  }

  /** The service does not answer, and a job that has not failed yet would be the best one to try it with. */
  prefersFresh(family: number): boolean {
    return this.#services[family]?.prefersFresh ?? false
  }

  /** The family's jobs have all failed alike: the next ones should be from elsewhere in the table. */
  isDoubtful(family: number): boolean {
    return this.#alike[family]!.isDoubtful
  }

  /** A job of a doubtful family starts, from elsewhere in the table. */
  sampled(family: number, job: number): void {
    this.#alike[family]!.sampled(job)
  }

  /** False: the jobs that are to show whether the family's jobs all fail alike are under way. */
  mayStart(family: number, isActive: (job: number) => boolean): boolean {
    return this.#alike[family]!.mayStart(isActive)
  }

  sent(family: number, job: number): Call | undefined {
    return this.#services[family]?.sent(this.#tenant, `${this.#run} ${job}`, this.#nowMs)
  }

  returned(family: number, call: Call | undefined, settled: JobSettled, isTaken: boolean): void {
    this.#noteAlike(family, settled)
    const report = callReport(settled, isTaken)
    if (call) this.#services[family]!.returned(call, report, this.#nowMs)
  }

  taken(family: number, call: Call | undefined): void {
    if (call) this.#services[family]!.taken(call, this.#nowMs)
  }

  /** Whose fault a failure was that came at this moment. */
  blame(family: number, call: Call | undefined, error: JobError, failedAtMs: number): Blame {
    return call === undefined ? 'own' : this.#services[family]!.blame(call, error, failedAtMs)
  }

  /**
   * How many of a job's failures were a service's fault, and not its own. A job that is there whenever its service seems
   * to fail is what makes it seem so: only its first outages excuse it.
   */
  waivedCount(family: number, failedAtMs: readonly number[]): number {
    const excused = new Set<number>()
    let count = 0
    for (const atMs of failedAtMs) {
      const outage = this.#services[family]?.outageAt(atMs)
      if (outage === undefined) continue
      if (excused.size < OUTAGES_EXCUSED) excused.add(outage)
      if (excused.has(outage)) count++
    }
    return count
  }

  hasServedSince(family: number, atMs: number): boolean {
    return this.#services[family]?.hasServedSince(atMs) ?? true
  }

  /** Whether this call is the one that tries a service which does not answer. */
  isTry(family: number, call: Call | undefined): boolean {
    return call !== undefined && (this.#services[family]?.isTry(call) ?? false)
  }

  /** Calls of any run that are on their way to this family's service. */
  inFlight(family: number): number {
    return this.#services[family]?.inFlight ?? 0
  }

  /** Families whose calls say something about the service of this one, itself among them. */
  familiesOf(family: number): readonly number[] {
    const service = this.#services[family]
    return this.#services.flatMap((each, at) => (each === service ? [at] : []))
  }

  givenUp(family: number): GiveUp | undefined {
    return this.#givenUp.get(family)
  }

  /**
   * Families that the run gives up now.
   * @param activeOf jobs of a family that have started and not ended
   */
  giveUp(nameOf: (family: number) => string, activeOf: (family: number) => number): readonly number[] {
    const families: number[] = []
    const decisions = new Map<EndpointHealth, GiveUp | undefined>()
    for (const service of this.#distinct) decisions.set(service, this.#decisionOn(service))
    for (const [family, service] of this.#services.entries()) {
      if (this.#givenUp.has(family)) continue
      const found =
        (service && decisions.get(service)) ??
        (activeOf(family) === 0 ? this.#alikeDecision(family, nameOf) : undefined)
      if (found === undefined) continue
      this.#givenUp.set(family, found)
      families.push(family)
    }
    return families
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

  #alikeDecision(family: number, nameOf: (family: number) => string): GiveUp | undefined {
    const error = this.#alike[family]!.commonError
    if (error === undefined) return undefined
    const message = `Every job of ${nameOf(family)} that was tried has failed the same way (${error.code}: ${error.message}). Its other jobs were not tried. Fix the cause, then run again to continue.`
    return { reason: 'refused', message }
  }

  #noteAlike(family: number, { job, outcome }: JobSettled): void {
    const alike = this.#alike[family]!
    if (outcome.state === 'succeeded') alike.succeeded()
    else if (outcome.error.code === 'invalid' || outcome.error.code === 'bug')
      alike.failed(job, outcome.error)
  }
}
