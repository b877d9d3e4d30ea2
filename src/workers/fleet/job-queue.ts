import type { JobAssignment, JobTemplate } from '../../model/job.js'
import type { FleetSession } from './fleet-session.js'
import { FRAME_JOBS } from './fleet-timing.js'

/** Puts jobs on a session; those that were cancelled meanwhile are left out. */
export type TakeJobs = (session: FleetSession, jobs: readonly JobAssignment[]) => void

interface Group {
  readonly template: JobTemplate
  readonly take: TakeJobs
  jobs: readonly JobAssignment[]
}

/** Jobs that no host has taken yet, in order. */
export class JobQueue {
  #groups: Group[] = []
  /** Of what waits: why no host that is there runs it. */
  #unfit: ReadonlyMap<JobTemplate, string> = new Map()

  get size(): number {
    return this.#groups.reduce((sum, { jobs }) => sum + jobs.length, 0)
  }

  /** Why no host that is there runs anything of what waits; undefined: nothing waits, or some host does. */
  get stuck(): string | undefined {
    const first = this.#groups[0]
    if (first === undefined || !this.#groups.every(({ template }) => this.#unfit.has(template)))
      return undefined
    return unfitText(first.template, this.#unfit.get(first.template)!)
  }

  /** @throws DataCloneError when a job that has to wait is not plain data */
  add(
    template: JobTemplate,
    jobs: readonly JobAssignment[],
    take: TakeJobs,
    sessions: readonly FleetSession[],
  ): void {
    const group = { template, jobs, take }
    if (this.#groups.length === 0) this.#fillGroup(group, fitOf(sessions, template))
    if (group.jobs.length === 0) return
    // Whoever dispatched them may change what it gave.
    this.#groups.push({ ...group, jobs: structuredClone(group.jobs) })
  }

  /** Gives jobs to sessions with free places, evenly. @returns why no session runs some of them */
  fill(sessions: readonly FleetSession[]): readonly string[] {
    const unfit = new Map<JobTemplate, string>()
    for (const group of this.#groups) {
      const fit = fitOf(sessions, group.template)
      const open = sessions.filter(session => session.isOpen && session.hello !== undefined)
      if (fit.length === 0 && open.length > 0)
        unfit.set(
          group.template,
          open.map(session => `${session.hello!.host}: ${session.unfitFor(group.template)}`).join('; '),
        )
      this.#fillGroup(group, fit)
    }
    this.#groups = this.#groups.filter(({ jobs }) => jobs.length > 0)
    this.#unfit = unfit
    return [...unfit].map(([template, why]) => unfitText(template, why))
  }

  #fillGroup(group: Group, fit: readonly FleetSession[]): void {
    while (group.jobs.length > 0) {
      const free = fit.filter(({ freePlaces }) => freePlaces > 0)
      if (free.length === 0) return
      const share = Math.min(FRAME_JOBS, Math.ceil(group.jobs.length / free.length))
      for (const session of free) {
        const count = Math.min(share, session.freePlaces, group.jobs.length)
        if (count === 0) continue
        const jobs = group.jobs.slice(0, count)
        group.jobs = group.jobs.slice(count)
        group.take(session, jobs)
      }
    }
  }
}

const unfitText = ({ provider }: JobTemplate, why: string): string =>
  `No host of the fleet runs provider "${provider.name}": ${why}.`

const fitOf = (sessions: readonly FleetSession[], template: JobTemplate): readonly FleetSession[] =>
  sessions.filter(session => session.isOpen && session.unfitFor(template) === undefined)
