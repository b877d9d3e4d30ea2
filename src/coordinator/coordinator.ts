import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../model/clock.js'
import type { RunId } from '../model/id.js'
import type { JobExecutor, JobMessage } from '../model/job.js'
import { isOfJobs } from '../model/movie/event-subject.js'
import type { RunStatus } from '../model/run/run-status.js'
import type { LogWriter } from '../storage/store.js'
import type { RunOpening } from '../workers/executor.js'
import type { Effect } from './effect.js'
import { GatheredTurns } from './gathered-turns.js'
import type { LiveRun } from './live-run.js'
import { type Mail, Mailbox } from './mailbox.js'
import type { ControlMessage, DataMessage, RunFinish, StartRun } from './message.js'
import { Performer, type PerformerParts } from './performer.js'
import { Receipts } from './receipts.js'
import type { RunListener } from './run-listener.js'
import { statusOfRun } from './state/status-of-run.js'
import type { ReviewAnswer, ReviewStatement } from './transition/decide-review.js'
import type { Moment } from './transition/moment.js'
import { takeTurn, transition } from './transition/transition.js'
import { TurnSize } from './turn-size.js'

export interface CoordinatorParts extends Omit<PerformerParts, 'executor' | 'post'> {
  readonly runId: RunId
  readonly run: LiveRun
  readonly writer: LogWriter
  readonly openExecutor: (onMessages: RunOpening['onMessages'], onPlaces: () => void) => JobExecutor
  readonly clock: Clock
  readonly random: () => number
  /** What the user asked to regenerate; recorded with the start of the run. */
  readonly regenerate?: StartRun['regenerate']
  /** New names of jobs of which something is kept; recorded with the start of the run. */
  readonly moved?: StartRun['moved']
  readonly listener: RunListener
}

/**
 * The actor that owns one movie's log while a run lasts. One loop:
 * take mail → decide → fold in memory → append → perform effects.
 * While an append is in flight, further turns are decided and gather, up to a limit; the next append takes them all.
 * That is the group commit. Nobody outside sees the fold before its events are durable, and when an append fails the fold is thrown away.
 */
export class Coordinator {
  readonly #parts: CoordinatorParts
  readonly #mailbox = new Mailbox<ControlMessage, DataMessage>()
  readonly #performer: Performer
  readonly #executor: JobExecutor
  /** Decided, and waiting for the append in flight. */
  readonly #gathered = new GatheredTurns()
  readonly #turnSize = new TurnSize()
  #committing: Promise<void> = Promise.resolve()
  #isCommitting = false
  #failure: { readonly error: unknown } | undefined
  #hasChanged = false
  /** Jobs that were decided to start and wait for the append. */
  #undispatchedCount = 0
  readonly #receipts = new Receipts()
  /** Who waits for answers to decisions. */
  readonly #undecided = new Set<(answers: undefined) => void>()
  #isOver = false

  constructor(parts: CoordinatorParts) {
    this.#parts = parts
    this.#executor = parts.openExecutor(
      (messages, receipt) => this.#receive(messages, receipt),
      () => this.wake(),
    )
    this.#performer = new Performer({
      ...parts,
      executor: this.#executor,
      post: message => this.#mailbox.post(message),
    })
  }

  /** Jobs that may start now, as far as where they run is concerned. */
  get freePlaces(): number {
    return this.#executor.freePlaces - this.#undispatchedCount
  }

  /** Whether the run has recorded anything about jobs or artifacts. */
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

  /**
   * Records decisions of people, and answers each once it is durable. Undefined when the run has ended before: nothing
   * says then that they are recorded.
   */
  decide(statements: readonly ReviewStatement[]): Promise<readonly ReviewAnswer[] | undefined> {
    if (this.#isOver) return Promise.resolve(undefined)
    return new Promise(answer => {
      this.#undecided.add(answer)
      this.#mailbox.post({ type: 'review.decide', statements, answer })
    })
  }

  /** Ends the loop with an error: the movie can no longer be written. */
  abandon(error: unknown): void {
    this.#failure ??= { error }
    this.#gathered.release()
    this.#mailbox.post({ type: 'run.abandon' })
  }

  /**
   * Runs until every job has settled, or the run is halted and nothing is active.
   * @throws whatever the log throws: fenced, disk full, storage failed
   */
  async run(): Promise<RunStatus> {
    const { run, runId, regenerate, moved } = this.#parts
    this.#mailbox.post({ type: 'run.start', runId, regenerate, moved })
    try {
      this.#turn(this.#mailbox.takeNow())
      while (!run.isDone) {
        // Lets the append in flight end and messages come in.
        await nextTurn()
        if (this.#gathered.isFull && this.#failure === undefined) await this.#gathered.taken()
        const { count } = this.#turnSize
        this.#turn(run.schedule.hasMoreNow ? this.#mailbox.takeNow(count) : await this.#mailbox.take(count))
      }
      await this.#committing
      this.#throwIfFailed()
      if (run.state.fault) throw run.state.fault.error
      return statusOfRun(run)
    } finally {
      this.#isOver = true
      // Whoever has an answer does not hear this.
      for (const answer of this.#undecided) answer(undefined)
      this.#performer.stop()
      run.state.admission.close()
      await this.#executor.close()
    }
  }

  /** Records the end of the run, once everything else of it is durable. */
  async finish(result: RunFinish['result']): Promise<void> {
    const { events } = transition(this.#parts.run, { type: 'run.finish', result }, this.#moment())
    await this.#parts.writer.append(events)
  }

  #receive(messages: readonly JobMessage[], receipt: number | undefined): void {
    for (const message of messages) {
      if (message.type === 'job.progress' || message.type === 'job.log')
        this.#parts.listener.progressed(message)
      else {
        this.#mailbox.offer(message, sizeOf(message))
        this.#receipts.offered()
      }
    }
    // Notes alone are in no log: the next turn is what they wait for.
    if (receipt !== undefined && this.#receipts.add(receipt)) this.wake()
  }

  /** Decides everything the mail asks for, and what may start after it. */
  #turn(mail: Mail<ControlMessage, DataMessage>): void {
    this.#throwIfFailed()
    const { run, listener } = this.#parts
    const moment = this.#moment()
    const turn = takeTurn(run, mail, moment, this.#turnSize.count)
    if (mail.data.length > 0) this.#turnSize.note(mail.data, this.#parts.clock.monotonicMs() - moment.nowMs)
    const tell = listener.turned()
    for (const effect of turn.effects) this.#undispatchedCount += startCount(effect)
    this.#receipts.taken(mail.data.length)
    const upTo = this.#receipts.takenCount
    this.#gathered.add({ events: turn.events, effects: turn.effects, tell, upTo })
    if (!this.#isCommitting) this.#committing = this.#commitGathered()
  }

  #moment(): Moment {
    const { clock, random } = this.#parts
    return { timestamp: clock.timestamp(), nowMs: clock.monotonicMs(), random }
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** Appends what has gathered and performs its effects, until nothing is left. Never rejects. */
  async #commitGathered(): Promise<void> {
    const { writer, listener } = this.#parts
    this.#isCommitting = true
    try {
      for (let next = this.#gathered.take(); next; next = this.#gathered.take()) {
        if (next.events.length > 0) {
          this.#hasChanged ||= next.events.some(isOfJobs)
          await writer.append(next.events)
          listener.recorded(next.events)
        }
        for (const effect of next.effects) {
          this.#undispatchedCount -= startCount(effect)
          this.#performer.perform(effect)
        }
        const receipt = this.#receipts.recorded(next.upTo)
        if (receipt !== undefined) this.#executor.recorded(receipt)
        next.tell?.()
      }
    } catch (error) {
      // The loop may be waiting for mail, so the failure comes by mail as well.
      this.abandon(error)
    } finally {
      this.#isCommitting = false
    }
  }
}

const startCount = (effect: Effect): number => (effect.type === 'dispatch' ? effect.starts.length : 0)

const MESSAGE_BYTES = 200

function sizeOf(message: DataMessage): number {
  if (message.type === 'job.checkpoint' || message.outcome.state === 'failed') return MESSAGE_BYTES
  let bytes = MESSAGE_BYTES
  for (const { value } of message.outcome.artifacts)
    bytes += typeof value === 'string' ? value.length : MESSAGE_BYTES
  return bytes
}
