import { unreachable } from '../../model/error/error.js'
import type { JobSettled } from '../../model/job.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { Effect } from '../effect.js'
import type { LiveRun, Turn } from '../live-run.js'
import type { Mail } from '../mailbox.js'
import type { ControlMessage, DataMessage, RunMessage } from '../message.js'
import { giveUpTargets } from '../settlement/give-up-targets.js'
import { stopWhenExhausted, stopWhenPaused } from '../settlement/stop-run.js'
import { Dispatcher } from './dispatcher.js'
import { decideParked, failSettled, failUnread } from './fail-attempt.js'
import { failLists, growLoops } from './grow-loops.js'
import { judgeReady, settleUnrun } from './judge-ready.js'
import type { Moment } from './moment.js'
import { Recorder } from './recorder.js'
import { returnPermit } from './return-permit.js'
import { decideReviews, reviewSettled } from './review-settled.js'
import { cancelRun, finishRun, startRun } from './run-frame.js'
import { submitJob } from './submit-job.js'
import { succeedAttempt } from './succeed-attempt.js'

/** What a message has led to. */
export interface Transition {
  /** To be appended, in this order. The run's state holds them already. */
  readonly events: MovieEvent[]
  /** To be performed once the events are durable. */
  readonly effects: Effect[]
}

/**
 * One turn of the loop: everything the mail asks for, and what may start after it. A run and its rehearsal both consist
 * of such turns.
 * @param most queued jobs that may start in it; when more could, the schedule's `hasMoreNow` says so
 */
export function takeTurn(
  run: LiveRun,
  mail: Mail<ControlMessage, DataMessage>,
  moment: Moment,
  most = Number.POSITIVE_INFINITY,
): Transition {
  run.state.admission.beginTurn(moment.nowMs)
  const recorder = new Recorder(run, moment)
  for (const message of mail.control) transition(run, message, moment, recorder)
  for (const message of mail.data) transition(run, message, moment, recorder)
  return transition(run, { type: 'jobs.start', most }, moment, recorder)
}

/**
 * What one message means for a run. Everything that a run records originates here: the same run, messages and moments
 * give the same events. Moves the run along in memory, and touches nothing else; clock and randomness are handed in.
 * @param recorder of the turn, which gathers what all its messages lead to; absent: this one message only
 */
export function transition(
  run: LiveRun,
  message: RunMessage,
  moment: Moment,
  recorder = new Recorder(run, moment),
): Transition {
  switch (message.type) {
    case 'job.settled':
      settleAttempt(recorder, message)
      break
    case 'job.checkpoint':
      submitJob(recorder, message)
      break
    case 'jobs.start':
      startJobs(recorder, message.most)
      break
    case 'job.retry':
      resume(run, message.job, 'backoff')
      break
    case 'values.loaded':
      for (const value of message.values) run.state.loaded.add(value)
      resume(run, message.job, 'loading')
      if (run.state.loadingLists.delete(message.job)) run.schedule.remakeList(message.job)
      run.state.reviews?.loaded(message.job)
      break
    case 'values.failed':
      if (run.state.loadingLists.delete(message.job)) failLists(recorder, message.job, message.message)
      else if (!run.state.reviews?.loaded(message.job, true)) failUnread(recorder, message)
      break
    case 'review.decide':
      decideReviews(recorder, message.statements, message.answer)
      break
    case 'run.start':
      startRun(recorder, message)
      break
    case 'run.cancel':
      cancelRun(recorder)
      break
    case 'run.finish':
      finishRun(recorder, message)
      break
    case 'admission.open':
    case 'run.abandon':
      // They wake the loop, and the end of the turn looks again.
      break
    default:
      unreachable(message)
  }
  return recorder
}

/** An attempt has ended: gives back what it held, and records its artifacts with its outcome, or its failure. */
function settleAttempt(turn: Turn, message: JobSettled): void {
  const { state } = turn.run
  const active = state.currentAttempt(message)
  if (!active) return
  const { outcome } = message
  // First of all, since whose fault a failure is depends on what came before.
  returnPermit(state, active, message)
  if (outcome.state === 'succeeded') succeedAttempt(turn, active, message.durationMs, outcome)
  else failSettled(turn, active, { ...message, outcome })
}

/** It goes on when jobs start: a cancel or a failure in the same mail may halt the run before. */
function resume({ state, schedule }: LiveRun, job: number, waitsIn: 'loading' | 'backoff'): void {
  const active = state.active.get(job)
  if (active?.state === waitsIn) schedule.resume(active)
}

/** The end of each turn: judges and starts what its messages have made possible, and stops a run that cannot go on. */
function startJobs(turn: Turn, most = Number.POSITIVE_INFINITY): void {
  const { run } = turn
  const { timestamp } = turn.moment
  const { admission, loaded } = run.state
  const trying = giveUpTargets(run)
  if (trying.length > 0) turn.perform({ type: 'cancel', jobs: trying, reason: 'cancelled' })
  decideParked(turn)
  const dispatcher = new Dispatcher(turn, most, settleUnrun)
  for (const active of run.schedule.takeDue()) dispatcher.resume(active)
  do {
    growLoops(turn)
    reviewSettled(turn)
    judgeReady(turn)
    // Jobs that are up to date have lists, too.
    growLoops(turn)
    reviewSettled(turn)
    dispatcher.startReady()
    // With nobody left to bring evidence, parked attempts are decided, and their places are free.
  } while (decideParked(turn) > 0)
  stopWhenExhausted(run)
  loaded.trim()
  for (const change of admission.learned()) turn.record({ type: 'limit.adjusted', ...change, timestamp })
  dispatcher.dispatch()
  const delayMs = admission.endTurn()
  stopWhenPaused(run, delayMs)
  if (delayMs !== undefined) turn.perform({ type: 'arm-admission', delayMs })
}
