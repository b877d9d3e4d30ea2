import type { Effect } from '../coordinator/effect.js'
import type { LiveRun } from '../coordinator/live-run.js'
import type { ControlMessage, DataMessage } from '../coordinator/message.js'
import { takeTurn } from '../coordinator/transition/transition.js'
import { type AttemptModel, simulateAttempt } from './attempt-model.js'
import { EventQueue } from './event-queue.js'
import type { RehearsedRun } from './rehearsal.js'
import { RehearsalTally } from './rehearsal-tally.js'

/** What an attempt costs the engine besides its provider: an append, and the way to a thread and back. */
const HOP_MS = 2

/** No clock is asked, so every event carries the same time. */
const TIMESTAMP = '1970-01-01T00:00:00.000Z'

type Message =
  | { readonly control: ControlMessage }
  | { readonly data: DataMessage }
  | { readonly alarm: number }

export interface RehearsalOptions {
  /** By target of the plan. */
  readonly models: readonly AttemptModel[]
  /** In [0, 1), for the delays of retries. */
  readonly random: () => number
  /** Ends the rehearsal early; then it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Turns between two looks at the signal. */
const TURNS_AT_ONCE = 5_000

/**
 * Plays a run on a virtual clock: the real plan, transition and limits, and attempts that only take their time.
 * Nothing is made, stored or called.
 */
export async function rehearseRun(run: LiveRun, options: RehearsalOptions): Promise<RehearsedRun> {
  const { models, random, signal } = options
  const queue = new EventQueue<Message>()
  const tally = new RehearsalTally(run.state)
  let nowMs = 0
  let alarm = 0

  const send = ({ target, starts }: Extract<Effect, { type: 'dispatch' }>) => {
    for (const { jobId, assignment } of starts) {
      const { job, attempt } = assignment
      const { latencyMs, outcome } = simulateAttempt(models[target]!, jobId, attempt)
      const durationMs = latencyMs + HOP_MS
      tally.attempt(target, durationMs, outcome.state === 'failed')
      queue.add(nowMs + durationMs, { data: { type: 'job.settled', job, attempt, durationMs, outcome } })
    }
  }
  const perform = (effect: Effect) => {
    if (effect.type === 'dispatch') send(effect)
    else if (effect.type === 'arm-retry')
      queue.add(nowMs + effect.delayMs, { control: { type: 'job.retry', job: effect.job } })
    else if (effect.type === 'arm-admission') queue.add(nowMs + effect.delayMs, { alarm: ++alarm })
  }

  let mail: { control: ControlMessage[]; data: DataMessage[] } = { control: [], data: [] }
  for (let turns = 1; ; turns++) {
    const { effects } = takeTurn(run, mail, { timestamp: TIMESTAMP, nowMs, random })
    for (const effect of effects) perform(effect)
    tally.look(nowMs)
    if (turns % TURNS_AT_ONCE === 0) {
      await new Promise<void>(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    }
    mail = { control: [], data: [] }
    if (run.schedule.hasMoreNow) continue
    if (run.isDone || queue.isEmpty) break
    nowMs = Math.max(nowMs, queue.nextAtMs)
    while (queue.nextAtMs <= nowMs) {
      const message = queue.take()!
      if ('data' in message) mail.data.push(message.data)
      else if ('control' in message) mail.control.push(message.control)
      // A newer alarm has taken the place of an older one.
      else if (message.alarm === alarm) mail.control.push({ type: 'admission.open' })
    }
  }
  run.state.admission.close()
  return tally.finish(nowMs)
}
