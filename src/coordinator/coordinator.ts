import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../model/clock.js'
import type { RunId } from '../model/id.js'
import type { JobExecutor, JobMessage } from '../model/job.js'
import type { MovieEvent, RegenerateRequested, RunStatus } from '../model/movie/event.js'
import type { LogWriter } from '../storage/store.js'
import type { Effect, Start } from './effect.js'
import { type Mail, Mailbox } from './mailbox.js'
import type { ControlMessage, DataMessage } from './message.js'
import { Performer, type PerformerParts } from './perform.js'
import { evolve } from './state/evolve.js'
import type { RunBoard } from './state/run-board.js'
import { takeTurn } from './take-turn.js'

/** Hears what has become durable; called between the append and the next turn, so it must be quick. */
export interface RunListener {
  recorded(events: readonly MovieEvent[]): void
  started(starts: readonly Start[]): void
  progressed(message: JobMessage & { type: 'job.progress' | 'job.log' }): void
  /** The end of a turn: gives what is to be told of it once it is durable. */
  turned(): (() => void) | undefined
}

export interface CoordinatorParts extends Omit<PerformerParts, 'executor' | 'post'> {
  readonly runId: RunId
  readonly board: RunBoard
  readonly writer: LogWriter
  readonly openExecutor: (onMessages: (messages: readonly JobMessage[]) => void) => JobExecutor
  readonly clock: Clock
  readonly random: () => number
  /** What the user asks for beyond this run; recorded with its start. */
  readonly request?: RegenerateRequested | undefined
  readonly listener: RunListener
}

/**
 * The actor that owns one movie's log while a run lasts. One loop:
 * take mail → decide → fold in memory → append → perform effects.
 * While an append is in flight
 * further turns are decided and gather; the next append takes them all, that is the group commit. Nobody
 * outside sees the fold before its events are durable, and when an append fails the fold is thrown away.
 */
export class Coordinator {
  readonly #parts: CoordinatorParts
  readonly #mailbox = new Mailbox<ControlMessage, DataMessage>()
  readonly #performer: Performer
  readonly #executor: JobExecutor
  /** Decided, and waiting for the append in flight. */
  #gathered: Gathered = { events: [], effects: [], tell: undefined }
  #committing: Promise<void> = Promise.resolve()
  #isCommitting = false
  #failure: { readonly error: unknown } | undefined
  /** True once an event other than the run's own frame was recorded. */
  #hasChanged = false

  constructor(parts: CoordinatorParts) {
    this.#parts = parts
    this.#executor = parts.openExecutor(messages => this.#receive(messages))
    this.#performer = new Performer({
      ...parts,
      executor: this.#executor,
      post: message => this.#mailbox.post(message),
    })
  }

  get hasChanged(): boolean {
    return this.#hasChanged
  }

  /** Asks the run to end: no new jobs, running ones are aborted and recorded. Idempotent. */
  cancel(): void {
    this.#mailbox.post({ type: 'run.cancel' })
  }

  /** Lets the loop look again whether jobs may start. */
  wake(): void {
    this.#mailbox.post({ type: 'admission.open' })
  }

  /** Ends the loop with an error: the movie can no longer be written. */
  abandon(error: unknown): void {
    this.#failure ??= { error }
    this.#mailbox.post({ type: 'run.abandon' })
  }

  /**
   * Runs until every job has settled, or the run is halted and nothing is active.
   * @throws whatever the log throws: fenced, disk full, storage failed
   */
  async run(): Promise<RunStatus> {
    const { board, clock, runId } = this.#parts
    this.#gathered.events.push({
      type: 'run.started',
      runId,
      planHash: board.plan.hash,
      concurrency: board.options.concurrency,
      timestamp: clock.timestamp(),
    })
    const { request } = this.#parts
    if (request !== undefined) this.#gathered.events.push(request)
    for (const event of this.#gathered.events) evolve(board.movie, event)
    try {
      this.#turn(this.#mailbox.takeNow())
      while (!board.isDone) {
        // Lets the append in flight end and messages come in.
        await nextTurn()
        this.#turn(board.hasFrontier ? this.#mailbox.takeNow() : await this.#mailbox.take())
      }
      await this.#committing
      this.#throwIfFailed()
      if (board.fault) throw board.fault.error
      return statusOf(board)
    } finally {
      this.#performer.stop()
      board.admission.close()
      await this.#executor.close()
    }
  }

  #receive(messages: readonly JobMessage[]): void {
    for (const message of messages) {
      if (message.type === 'job.progress' || message.type === 'job.log')
        this.#parts.listener.progressed(message)
      // A thread's port cannot be paused; what waits is bounded by the jobs in flight, which wait for us.
      else void this.#mailbox.offer(message, sizeOf(message))
    }
  }

  /** Decides everything the mail asks for, and what may start after it. */
  #turn(mail: Mail<ControlMessage, DataMessage>): void {
    this.#throwIfFailed()
    const { board, clock, random, listener } = this.#parts
    const moment = { timestamp: clock.timestamp(), nowMs: clock.monotonicMs(), random }
    const effects = takeTurn(board, mail, moment, event => this.#record(event))
    this.#gathered.effects.push(...effects)
    this.#gathered.tell = listener.turned() ?? this.#gathered.tell
    if (!this.#isCommitting) this.#committing = this.#commitGathered()
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  #record(event: MovieEvent): void {
    evolve(this.#parts.board.movie, event)
    this.#gathered.events.push(event)
    this.#hasChanged = true
  }

  /** Appends what has gathered and performs its effects, until nothing is left. Never rejects. */
  async #commitGathered(): Promise<void> {
    const { writer, listener } = this.#parts
    this.#isCommitting = true
    try {
      for (let next = this.#takeGathered(); next; next = this.#takeGathered()) {
        if (next.events.length > 0) {
          await writer.append(next.events)
          listener.recorded(next.events)
        }
        for (const effect of next.effects) this.#performer.perform(effect)
        next.tell?.()
      }
    } catch (error) {
      // The loop may be waiting for mail, so the failure comes by mail as well.
      this.abandon(error)
    } finally {
      this.#isCommitting = false
    }
  }

  #takeGathered(): Gathered | undefined {
    const { events, effects, tell } = this.#gathered
    if (events.length === 0 && effects.length === 0 && tell === undefined) return undefined
    this.#gathered = { events: [], effects: [], tell: undefined }
    return { events, effects, tell }
  }
}

/** What turns have decided and no append has taken yet. */
interface Gathered {
  readonly events: MovieEvent[]
  readonly effects: Effect[]
  tell: (() => void) | undefined
}

function statusOf(board: RunBoard): RunStatus {
  if (board.halt !== undefined)
    return board.unsettledCount === 0 && board.halt === 'cancelled' ? ended(board) : board.halt
  return ended(board)
}

function ended(board: RunBoard): RunStatus {
  return board.standings.counts.failed > 0 ? 'failed' : 'succeeded'
}

const MESSAGE_BYTES = 200

function sizeOf(message: DataMessage): number {
  if (message.type === 'job.checkpoint' || message.outcome.state === 'failed') return MESSAGE_BYTES
  let bytes = MESSAGE_BYTES
  for (const { value } of message.outcome.artifacts)
    bytes += typeof value === 'string' ? value.length : MESSAGE_BYTES
  return bytes
}
