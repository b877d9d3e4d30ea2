import type { AttemptAddress, JobAssignment, JobTemplate, RunAddress } from '../../model/job.js'
import type { HostProgress } from '../../model/run/host-progress.js'
import { type HostRun, HostSession } from '../session/host-session.js'
import type { HostMessage, WorkerJobMessage } from '../session/session-message.js'
import { packJobs } from '../thread/packed-jobs.js'
import { FRAME_BYTES, FRAME_JOBS } from './fleet-timing.js'
import { attemptNumber } from './wire/attempt-number.js'
import type { FrameLink } from './wire/frame-link.js'
import type { Hello, ToHost } from './wire/host-messages.js'
import { missingAllowance } from './wire/missing-allowance.js'
import type { HeardMessage } from './wire/told-works.js'

/** The coordinator's end of a session with a host. */
export class FleetSession extends HostSession {
  readonly name: string
  readonly frames: FrameLink
  /** When the host was last heard, on the coordinator's clock. */
  heardAtMs: number
  /** Undefined until the host has said it. */
  hello: Hello | undefined
  #isOpen = true
  #isLost = false
  /** Attempts that it has settled. */
  settledCount = 0
  /** Attempts that it had when it ended. */
  lossCount = 0
  /** Attempts that the host has not settled, with those that the run has given up. */
  readonly #held = new Set<number>()

  constructor(name: string, frames: FrameLink, nowMs: number) {
    super(() => ({
      post: message => this.#post(message),
      drain: () => undefined,
      close: () => undefined,
    }))
    this.name = name
    this.frames = frames
    this.heardAtMs = nowMs
  }

  /** Jobs that it would take now. */
  get freePlaces(): number {
    if (!this.#isOpen || this.hello === undefined) return 0
    return Math.max(0, this.hello.places - this.#held.size)
  }

  /** Attempts that it has. */
  get active(): number {
    return this.#isLost ? 0 : this.#held.size
  }

  get state(): HostProgress['state'] {
    if (this.#isLost) return this.lossCount > 0 ? 'lost' : 'left'
    return this.#isOpen ? 'running' : 'draining'
  }

  /** It was given up, with what it had. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** It takes jobs. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Why the host does not run jobs of this template; undefined: it does. */
  unfitFor(template: JobTemplate): string | undefined {
    const { provider } = template
    if (provider.type === 'inline') return 'it is a function of the program that opened the engine'
    const { fingerprints = {}, refuses = [], takesOtherCode } = this.hello ?? {}
    const missing = missingAllowance(template, refuses)
    if (missing !== undefined) return `it does not --allow ${missing}`
    const { name, builtin, hash } = provider
    if (builtin !== undefined) return undefined
    if (!Object.hasOwn(fingerprints, name)) return 'its config has no such provider'
    if (hash !== undefined && fingerprints[name] !== hash && !takesOtherCode)
      return 'it has other code of this provider'
    return undefined
  }

  override dispatch(run: HostRun, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    super.dispatch(run, template, jobs)
    for (const job of jobs) this.#held.add(attemptNumber(job))
  }

  /** What a host has said is settled is not held any more, whether or not anybody waits for it. */
  heard(messages: readonly WorkerJobMessage[]): void {
    for (const message of messages)
      if (message.type === 'job.settled' && this.#held.delete(attemptNumber(message))) this.settledCount++
  }

  /** What it says after it was given up, of attempts that it had: each settles once. */
  given(heard: readonly HeardMessage[]): readonly HeardMessage[] {
    return heard.filter(({ message }) => {
      const number = attemptNumber(message)
      return message.type === 'job.settled' ? this.#held.delete(number) : this.#held.has(number)
    })
  }

  /** The session takes part in nothing any more. */
  closeSession(cause: string): void {
    this.stopTaking()
    this.#isLost = true
    this.lossCount = this.#held.size
    const isSoleSuspect = this.#held.size === 1
    this.lost({ cause, isSoleSuspect })
  }

  /** A host that hears again must not begin what has gone elsewhere. */
  forgetSent(): void {
    this.frames.forgetSent()
  }

  /** It gets no more jobs. */
  stopTaking(): void {
    this.#isOpen = false
  }

  /** For attempts of another coordinator's session. */
  tell(message: ToHost): void {
    this.frames.post(JSON.stringify(message))
  }

  cancelAt(address: RunAddress, attempt: AttemptAddress): void {
    this.tell({ type: 'cancel', ...address, attempts: [attempt], reason: 'cancelled' })
  }

  #post(message: HostMessage): void {
    switch (message.type) {
      case 'run.open':
      case 'blob.reply':
      case 'ping':
      case 'run.close':
        // Its end is that of the session. The ticket says which run it is; a host has the movie's store itself; beats are frames.
        return
      case 'jobs':
        this.#postJobs(message)
        return
      default:
    }
    this.tell(message)
  }

  /** In frames of a size that no reader has to wait for. */
  #postJobs(message: Extract<HostMessage, { type: 'jobs' }>): void {
    const { jobs } = message
    const json = jobs.length > FRAME_JOBS ? undefined : JSON.stringify({ ...message, jobs: packJobs(jobs) })
    if (json !== undefined && (json.length <= FRAME_BYTES || jobs.length === 1)) {
      this.frames.post(json)
      return
    }
    const half = Math.min(FRAME_JOBS, Math.ceil(jobs.length / 2))
    this.#postJobs({ ...message, jobs: jobs.slice(0, half) })
    this.#postJobs({ ...message, jobs: jobs.slice(half) })
  }
}
