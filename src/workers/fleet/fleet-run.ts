import type {
  AttemptCancelReason,
  JobAssignment,
  JobExecutor,
  JobTemplate,
  RunAddress,
} from '../../model/job.js'
import type { HostProgress } from '../../model/run/host-progress.js'
import { isSuspect } from '../session/running-attempt.js'
import type { WorkerJobMessage } from '../session/session-message.js'
import { SessionRun } from '../session/session-run.js'
import { upPipe } from './broker/broker.js'
import type { FleetRunOptions } from './fleet-run-options.js'
import { FleetSession } from './fleet-session.js'
import { FleetSessions } from './fleet-sessions.js'
import { END_MS, FLEET_WAIT_MS } from './fleet-timing.js'
import { FleetWait } from './fleet-wait.js'
import { FleetWarnings } from './fleet-warnings.js'
import { writeDescriptor } from './host/run-descriptor.js'
import { innocentJob } from './innocent-job.js'
import { JobQueue, type TakeJobs } from './job-queue.js'
import { EarlierSessions } from './recovery/earlier-sessions.js'
import { LateWork } from './recovery/late-work.js'
import { PipeTrim } from './recovery/pipe-trim.js'
import { Salvage, UNASKED } from './recovery/salvage.js'
import { UpStream } from './up-stream.js'
import type { Frame } from './wire/frame.js'
import { requirePlainData } from './wire/plain-data.js'
import type { HeardMessage } from './wire/told-works.js'
import { within } from './within.js'

/** One run over a fleet: gives jobs to sessions with free places, and takes up what was made for a coordinator before. */
export class FleetRun implements JobExecutor {
  readonly #options: FleetRunOptions
  readonly #address: RunAddress
  readonly #inner: SessionRun
  readonly #queue = new JobQueue()
  readonly #salvage = new Salvage()
  readonly #up: UpStream
  readonly #sessions: FleetSessions
  readonly #earlier: EarlierSessions
  readonly #trim: PipeTrim
  readonly #late: LateWork
  readonly #warnings: FleetWarnings
  readonly #opened: Promise<void>
  readonly #wait: FleetWait
  #stopBeats = () => {}
  #state: 'open' | 'closing' | 'ending' | 'leaving' = 'open'

  constructor(options: FleetRunOptions) {
    this.#options = options
    const { opening, broker, abortGraceMs, clock, timing, version, fleetWaitMs = FLEET_WAIT_MS } = options
    const { movieId, address } = opening
    this.#address = address
    this.#warnings = new FleetWarnings(opening)
    this.#wait = new FleetWait(clock, fleetWaitMs, timing.silenceMs, this.#warnings)
    this.#inner = new SessionRun({
      opening,
      abortGraceMs: abortGraceMs + timing.silenceMs,
      mayWait: () => true,
      nowMs: () => clock.monotonicMs(),
      assign: (jobs, take, template) => this.#assign(jobs, take as TakeJobs, template),
      freePlaces: () => this.#freePlaces(),
      leavesRunning: true,
      onRecorded: receipt => this.#up.recorded(receipt),
      onClosed: () => this.#end(),
    })
    this.#late = new LateWork(this.#inner, this.#salvage, {
      hold: () => this.#up.hold(),
      onTold: () => this.#state === 'open' && opening.onMessages([], this.#up.told()),
    })
    this.#up = new UpStream({
      pipe: broker.pipe(upPipe(movieId)),
      address,
      clock,
      timing,
      blobs: this.#inner.blobs,
      onFrame: (at, frame) => this.#takeFrame(at, frame),
      onMarked: silentSinceMs => this.#marked(silentSinceMs),
      onSuperseded: error => this.#broken(error),
      onMalformed: error => this.#warnings.tell(error.message),
    })
    this.#trim = new PipeTrim(this.#salvage, this.#up)
    this.#sessions = new FleetSessions({
      movieId,
      token: address.token,
      broker,
      clock,
      timing,
      version,
      blobs: this.#inner.blobs,
      onJobs: (session, messages) => this.#heardJobs(session, messages),
      onLate: heard => this.#heardLate(heard),
      onPlaces: () => this.#placesChanged(),
      onRefused: error => this.#broken(error),
      warn: message => this.#warnings.tell(message),
    })
    this.#earlier = new EarlierSessions({
      salvage: this.#salvage,
      open: (name, receive) => this.#sessions.open(name, receive, true),
      deliver: messages => this.#inner.receive(messages, undefined),
      again: (template, job) => this.#inner.again(template, job),
      onAnswered: () => this.#placesChanged(),
      onGone: session => this.#sessions.delist(session),
    })
    this.#opened = this.#open().catch(error => this.#broken(error))
  }

  get freePlaces(): number {
    return this.#inner.freePlaces
  }

  hosts(): readonly HostProgress[] {
    return this.#sessions.hosts()
  }

  dispatch(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    requirePlainData(template.config)
    for (const { inputs, resume } of jobs) requirePlainData([inputs, resume])
    this.#late.dispatched(template, jobs)
    this.#inner.dispatch(template, jobs.some(isSuspect) ? jobs.map(innocentJob) : jobs)
  }

  cancel(jobs: readonly number[], reason: AttemptCancelReason): void {
    for (const job of jobs) {
      const running = this.#inner.runningAttempt(job)
      if (running !== undefined)
        this.#salvage.tell(running, ({ session, original }) => session.cancelAt(this.#address, original))
    }
    this.#inner.cancel(jobs, reason)
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    if (requestNumber === UNASKED) return
    const isAdopted = this.#salvage.tell({ job, attempt }, ({ session, original }) =>
      session.tell({ type: 'checkpoint.durable', ...this.#address, ...original, requestNumber }),
    )
    if (!isAdopted) this.#inner.acknowledgeCheckpoint(job, attempt, requestNumber)
  }

  recorded(receipt: number): void {
    this.#inner.recorded(receipt)
  }

  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = this.#inner.runningCount > 0 ? 'leaving' : 'closing'
    await this.#inner.close()
  }

  async #open(): Promise<void> {
    const { timing, broker, opening } = this.#options
    const { movieId, address, wantedPlaces = 1 } = opening
    const descriptor = await writeDescriptor(this.#inner.blobs, movieId, address.run, timing.silenceMs)
    const before = await broker.sessions(movieId)
    this.#up.start()
    for (const name of before) this.#earlier.call(name)
    this.#beat()
    await this.#sessions.order({ ...address, movieId, descriptor }, wantedPlaces)
  }

  /** Nothing new starts before it is known what the hosts have, nor while nobody hears them. */
  #freePlaces(): number {
    if (!this.#earlier.isKnown || !this.#up.isHeard || this.#state !== 'open') return 0
    return Math.max(0, this.#sessions.freePlaces - this.#queue.size)
  }

  #placesChanged(): void {
    this.#fill()
    this.#options.opening.onPlaces?.()
  }

  #assign(jobs: readonly JobAssignment[], take: TakeJobs, template: JobTemplate): void {
    const takeResumed: TakeJobs = (session, taken) => take(session, this.#late.resumed(taken))
    this.#queue.add(template, this.#late.left(template, jobs), takeResumed, this.#sessions.all)
    this.#fill()
  }

  #fill(): void {
    if (this.#up.isSuperseded) return
    for (const why of this.#queue.fill(this.#sessions.all)) this.#warnings.tell(why)
  }

  #takeFrame(at: string, frame: Frame): void {
    const isEarlier = frame.token < this.#address.token
    const session = isEarlier ? this.#earlier.named(frame.session) : this.#sessions.named(frame.session)
    session.heardAtMs = this.#options.clock.monotonicMs()
    this.#sessions.take(session, frame)
    // Its jobs have gone elsewhere.
    if (session.isLost && frame.messages === undefined) session.tell({ type: 'run.close', ...this.#address })
    const receipt = this.#up.receiptFor(at, session)
    if (this.#state === 'open') this.#options.opening.onMessages([], receipt)
    // Only farewells follow what is recorded.
    else if (this.#state === 'ending') this.#up.recorded(receipt)
  }

  #heardJobs(session: FleetSession, messages: readonly WorkerJobMessage[]): void {
    this.#inner.receive(messages, session)
    this.#late.heard(messages)
    this.#placesChanged()
  }

  #heardLate(heard: readonly HeardMessage[]): void {
    this.#late.takeAll(heard, running => {
      if (running.session instanceof FleetSession) running.session.cancelAt(this.#address, running)
    })
    this.#placesChanged()
  }

  #beat(): void {
    for (const session of [...this.#sessions.all, ...this.#earlier]) session.frames.beat()
    this.#up.mark()
    this.#trim.beat()
    this.#sessions.loseOverdue(this.#inner)
    this.#sessions.checkOrders()
    const stuck = this.#inner.runningCount > this.#queue.size ? undefined : this.#queue.stuck
    this.#broken(this.#wait.check(this.#sessions.isServed, stuck, this.#up))
    // Also a run in which nothing happens tells of its hosts.
    this.#options.opening.onPlaces?.()
    this.#stopBeats = this.#options.clock.startTimer(this.#options.timing.beatMs, () => this.#beat())
  }

  #marked(silentSinceMs: number): void {
    this.#sessions.loseSilent(silentSinceMs)
    this.#earlier.loseSilent(silentSinceMs)
    this.#placesChanged()
  }

  #broken(error: unknown): void {
    if (error !== undefined && this.#state === 'open') this.#options.opening.onBroken?.(error)
  }

  /** Sessions are told that the run is over, unless they have jobs: those are finished for whoever runs the movie next. */
  async #end(): Promise<void> {
    this.#stopBeats()
    const left = this.#opened.then(() => this.#leave())
    // The queue may not answer any more.
    await within(END_MS, this.#options.clock, left)
    this.#stopBeats()
    await this.#up.stop()
    this.#options.onClosed()
  }

  async #leave(): Promise<void> {
    if (this.#state === 'leaving') return await this.#sessions.withdraw()
    if (this.#up.isRecorded && this.#salvage.isEmpty) this.#state = 'ending'
    await this.#sessions.end()
    for (const { frames } of this.#earlier) await frames.sent()
    if (this.#state === 'ending') await this.#up.forget()
  }
}
