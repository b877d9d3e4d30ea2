import type { Effect } from '../coordinator/effect.js'
import type { ControlMessage, DataMessage } from '../coordinator/message.js'
import { evolve } from '../coordinator/state/evolve.js'
import type { RunBoard } from '../coordinator/state/run-board.js'
import { takeTurn } from '../coordinator/take-turn.js'
import type { Family } from '../plan/geometry/family.js'
import { type AttemptModel, simulateAttempt } from './attempt-model.js'
import { EventQueue } from './event-queue.js'
import { type Rehearsal, RehearsalTally } from './rehearsal-tally.js'

export type { Bottleneck, ProviderUse, Rehearsal } from './rehearsal-tally.js'

/** What an attempt costs the engine besides its provider: an append, and the way to a thread and back. */
const HOP_MS = 2

/** No clock is asked, so every event carries the same time. */
const TIMESTAMP = '1970-01-01T00:00:00.000Z'

type Message =
  | { readonly control: ControlMessage }
  | { readonly data: DataMessage }
  | { readonly alarm: number }

export interface RehearsalOptions {
  /** By family index. */
  readonly models: readonly AttemptModel[]
  /** In [0, 1), for the delays of retries. */
  readonly random: () => number
  /** Ends the rehearsal early; then it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Turns between two looks at the signal. */
const TURNS_AT_ONCE = 5_000

/**
 * Plays a run on a virtual clock: the real plan, board and admission, and attempts that only take their time.
 * Nothing is made, stored or called.
 */
export async function rehearseRun(board: RunBoard, options: RehearsalOptions): Promise<Rehearsal> {
  const { models, random, signal } = options
  const queue = new EventQueue<Message>()
  const tally = new RehearsalTally(board)
  let nowMs = 0
  let alarm = 0
  const record = (event: Parameters<typeof evolve>[1]) => void evolve(board.movie, event)

  const send = (family: Family, { starts }: Extract<Effect, { type: 'dispatch' }>) => {
    for (const { jobId, assignment } of starts) {
      const { job, attempt } = assignment
      const { latencyMs, outcome } = simulateAttempt(models[family.index]!, jobId, attempt)
      const durationMs = latencyMs + HOP_MS
      tally.attempt(family, durationMs, outcome.state === 'failed')
      queue.add(nowMs + durationMs, { data: { type: 'job.settled', job, attempt, durationMs, outcome } })
    }
  }
  const perform = (effect: Effect) => {
    if (effect.type === 'dispatch') send(effect.family, effect)
    else if (effect.type === 'arm-retry')
      queue.add(nowMs + effect.delayMs, { control: { type: 'job.retry', job: effect.job } })
    else if (effect.type === 'arm-admission') queue.add(nowMs + effect.delayMs, { alarm: ++alarm })
  }

  let mail: { control: ControlMessage[]; data: DataMessage[] } = { control: [], data: [] }
  for (let turns = 1; ; turns++) {
    for (const effect of takeTurn(board, mail, { timestamp: TIMESTAMP, nowMs, random }, record))
      perform(effect)
    tally.look(nowMs)
    if (turns % TURNS_AT_ONCE === 0) {
      await new Promise<void>(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    }
    mail = { control: [], data: [] }
    if (board.hasFrontier) continue
    if (board.isDone || queue.isEmpty) break
    nowMs = Math.max(nowMs, queue.nextAtMs)
    while (queue.nextAtMs <= nowMs) {
      const message = queue.take()!
      if ('data' in message) mail.data.push(message.data)
      else if ('control' in message) mail.control.push(message.control)
      // An alarm that was set anew meanwhile is not for now.
      else if (message.alarm === alarm) mail.control.push({ type: 'admission.open' })
    }
  }
  board.admission.close()
  return tally.finish(nowMs)
}
