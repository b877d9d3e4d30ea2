import { ShowrunnerError, unreachable } from '../../../model/error/error.js'
import type { RunId } from '../../../model/id.js'
import type { JobExecutor, JobMessage, JobTemplate } from '../../../model/job.js'
import { movieId } from '../../../model/movie-id.js'
import type { BlobAccess } from '../../attempt/output/blob-access.js'
import { unpackJobs } from '../../thread/packed-jobs.js'
import { downPipe, type Ticket, upPipe } from '../broker/broker.js'
import { fleetTiming, ORPHAN_MS } from '../fleet-timing.js'
import type { Frame } from '../wire/frame.js'
import { FrameLink } from '../wire/frame-link.js'
import type { FromHost, ToHost } from '../wire/host-messages.js'
import { DownStream } from './down-stream.js'
import type { HostSite } from './host-site.js'
import { QueueReach } from './queue-reach.js'
import { refusedJobs } from './refused-jobs.js'
import { readDescriptor } from './run-descriptor.js'
import { Works } from './works.js'

/** A session without jobs ends after this when no coordinator answers; it still keeps results for a lost pipe. */
const IDLE_MS = 60_000

/** One session of a host: runs the jobs of one run that it is sent, until nobody needs it any more. */
export class SessionHost {
  readonly #ticket: Ticket
  readonly #site: HostSite
  readonly #name: string
  readonly #link: FrameLink
  readonly #blobs: BlobAccess
  readonly #templates = new Map<number, JobTemplate>()
  /** Of attempts that have not settled. */
  readonly #works = new Works()
  #jobs: JobExecutor | undefined
  #stopBeats = () => {}
  #heardAtMs: number
  #timing = fleetTiming()
  #reach: QueueReach
  #wasAnswered = false
  #isDraining = false
  #isClosing = false
  /** It has handed back what it had. */
  #hasLeft = false
  #onOrphaned = () => {}
  #onEnded = () => {}
  readonly #ended = new Promise<void>(resolve => {
    this.#onEnded = resolve
  })

  /** @param name unique among all sessions */
  constructor(ticket: Ticket, name: string, site: HostSite) {
    this.#ticket = ticket
    this.#site = site
    this.#name = name
    this.#heardAtMs = site.clock.monotonicMs()
    this.#reach = new QueueReach(site.clock, this.#timing.gapMs)
    this.#blobs = site.store.blobs(movieId(ticket.movieId))
    this.#link = new FrameLink({
      session: name,
      token: ticket.token,
      pipe: site.broker.pipe(upPipe(ticket.movieId)),
      acknowledgesDelivery: true,
      blobs: this.#blobs,
      receive: message => this.#receive(message as ToHost),
    })
  }

  /** Attempts that have not settled. */
  get runningCount(): number {
    return this.#works.size
  }

  /**
   * Serves the run.
   * @param onOrphaned its coordinator is gone, or silent: what it has may take long, and new jobs will hardly come
   */
  async serve(onOrphaned: () => void = () => {}): Promise<void> {
    this.#onOrphaned = onOrphaned
    const { broker, store } = this.#site
    const { movieId: movie, descriptor } = this.#ticket
    try {
      this.#timing = fleetTiming((await readDescriptor(this.#blobs, descriptor, store.url)).silenceMs)
      this.#reach = new QueueReach(this.#site.clock, this.#timing.gapMs)
    } catch (error) {
      if (!(error instanceof ShowrunnerError) || error.code !== 'STORE_NOT_SHARED') throw error
      this.#site.warn(error.message)
      this.#post({ type: 'refused', host: this.#site.hello.host, code: error.code, message: error.message })
      await this.#link.sent()
      return
    }
    const pipe = broker.pipe(downPipe(movie, this.#name))
    await broker.enlist(movie, this.#name)
    this.#openJobs()
    this.#post({ type: 'hello', ...this.#site.hello })
    const stream = new DownStream({
      pipe,
      blobs: this.#blobs,
      onFrame: frame => this.#taken(frame),
      onUnread: error => this.#site.warn(`Jobs cannot be read from the store: ${(error as Error).message}`),
      onMalformed: error => {
        this.#site.warn(`Session ${this.#name} ends: ${(error as Error).message}`)
        this.#end()
      },
    })
    this.#beat(stream)
    await this.#ended
    this.#stopBeats()
    await stream.end()
    await this.#jobs!.close()
    await broker.delist(movie, this.#name)
    await pipe.remove()
  }

  /** Asks for no more jobs, and ends when those it has are settled. */
  drain(): void {
    this.#isDraining = true
    this.#post({ type: 'draining' })
    this.#endIfDrained()
  }

  /**
   * Hands back what has not settled, without aborting it: work that goes on at a service is fetched by whoever takes
   * the job next. For a process that ends now.
   */
  async leave(): Promise<void> {
    this.#hasLeft = true
    this.#post({ type: 'left' })
    this.#stopBeats()
    await this.#link.sent()
  }

  #endIfDrained(): void {
    if (this.#isDraining && this.#works.size === 0) this.#end()
  }

  #openJobs(): void {
    const { store, executor, baseFolder } = this.#site
    const { run, token, movieId: movie } = this.#ticket
    this.#jobs = executor.openRun({
      // The host may have other sessions of the same run, and the executor tells its runs apart by their ids.
      address: { run: `${run} ${this.#name}` as RunId, token },
      movieId: movie,
      baseFolder,
      store: {
        url: store.url,
        isReachableFromThreads: store.isReachableFromThreads,
        blobs: id => store.blobs(id),
      },
      inlineProviders: new Map(),
      onMessages: messages => this.#tell(messages),
    })
  }

  #post(message: FromHost): void {
    this.#link.post(JSON.stringify(message))
  }

  #taken(frame: Frame): void {
    if (!this.#link.take(frame)) return
    this.#heardAtMs = this.#site.clock.monotonicMs()
    this.#wasAnswered = true
    if (this.#isSuperseded) this.#onOrphaned()
  }

  /** The coordinator needs the session no more, or there is none. */
  #end(): void {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#post({ type: 'left' })
    void this.#link.sent().then(() => this.#onEnded())
  }

  #beat(stream: DownStream): void {
    stream.forget()
    const { beatMs, silenceMs } = this.#timing
    this.#stopBeats = this.#site.clock.startTimer(beatMs, () => {
      const silentMs = this.#site.clock.monotonicMs() - this.#heardAtMs
      if (silentMs > silenceMs && this.#reach.lastsMs > silenceMs) this.#onOrphaned()
      const isIdle = this.#works.size === 0
      const isDone = isIdle && (this.#link.isSettled || !this.#wasAnswered)
      // Results that nobody has recorded stay in the pipe, for the next coordinator.
      const isOver =
        silentMs > ORPHAN_MS ||
        (isIdle && silentMs > IDLE_MS) ||
        (isDone && (silentMs > silenceMs || this.#isSuperseded))
      if (isOver) this.#end()
      else {
        this.#link.beat()
        this.#enlist()
        this.#beat(stream)
      }
    })
  }

  /** Again with each beat: the queue may have lost it, and the next coordinator must know whom to ask. */
  #enlist(): void {
    const enlisted = this.#site.broker.enlist(this.#ticket.movieId, this.#name)
    enlisted.then(() => this.#reach.answered()).catch(() => undefined)
  }

  /** Another coordinator has taken the movie over: what runs is finished for it. */
  get #isSuperseded(): boolean {
    return this.#link.token > this.#ticket.token
  }

  #receive(message: ToHost): void {
    if (this.#isClosing) return
    switch (message.type) {
      case 'template':
        this.#templates.set(message.template.templateId, message.template)
        return
      case 'jobs':
        this.#start(message)
        return
      case 'cancel':
        this.#jobs?.cancel(
          message.attempts.filter(address => this.#works.has(address)).map(({ job }) => job),
          message.reason,
        )
        return
      case 'checkpoint.durable':
        this.#jobs?.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber)
        return
      case 'roll-call':
        // Its farewell is the answer.
        if (!this.#hasLeft) this.#post({ type: 'holding', works: this.#works.all })
        return
      case 'run.close':
      case 'end':
        this.#end()
        return
      default:
        unreachable(message)
    }
  }

  #start(message: Extract<ToHost, { type: 'jobs' }>): void {
    const template = this.#templates.get(message.templateId)
    if (template === undefined) throw new ShowrunnerError('INTERNAL', 'Jobs came before their template.')
    const jobs = unpackJobs(message.jobs)
    this.#works.started(template, jobs)
    const refused = refusedJobs(template, jobs, this.#site.hello.refuses)
    if (refused !== undefined) this.#tell(refused)
    else this.#jobs!.dispatch(template, jobs)
  }

  #tell(messages: readonly JobMessage[]): void {
    const { run, token } = this.#ticket
    this.#post({ type: 'messages', run, token, ...this.#works.packed(messages) })
    this.#endIfDrained()
  }
}
