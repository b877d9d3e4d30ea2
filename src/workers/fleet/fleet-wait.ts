import type { Clock } from '../../model/clock.js'
import { ShowrunnerError } from '../../model/error/error.js'

/** Whether the queue answers. */
interface Heard {
  /** When it did last. */
  readonly markedAtMs: number | undefined
  readonly isHeard: boolean
}

interface Warnings {
  /** Each text is told once. */
  tell(text: string): void
}

/** How long a run has waited for its fleet. */
export class FleetWait {
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #noticeMs: number
  readonly #warnings: Warnings
  #servedAtMs: number

  /** @param noticeMs after which whoever waits is told what for */
  constructor(clock: Clock, limitMs: number, noticeMs: number, warnings: Warnings) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#noticeMs = noticeMs
    this.#warnings = warnings
    this.#servedAtMs = clock.monotonicMs()
  }

  /**
   * @param isServed some host takes jobs
   * @param stuck why none takes any of those that are left
   * @returns `FLEET_UNREACHABLE` once there was no host that could work, or the queue has not answered, for too long
   */
  check(isServed: boolean, stuck: string | undefined, up: Heard): ShowrunnerError | undefined {
    const nowMs = this.#clock.monotonicMs()
    if (isServed && stuck === undefined) this.#servedAtMs = nowMs
    const silentMs = nowMs - Math.min(this.#servedAtMs, up.markedAtMs ?? this.#servedAtMs)
    if (silentMs > this.#limitMs) return fleetUnreachable(silentMs, stuck, up.isHeard)
    if (silentMs > this.#noticeMs && stuck === undefined)
      this.#warnings.tell(up.isHeard ? `No host of the fleet takes part. ${START_ONE}.` : QUEUE_AWAY)
    return undefined
  }
}

const START_ONE = 'Start one by "showrunner worker" with the same --queue, --store and config'
const QUEUE_AWAY = 'The queue does not answer. What runs is finished, and nothing new starts until it does.'

function fleetUnreachable(
  silentMs: number,
  stuck: string | undefined,
  isQueueHeard: boolean,
): ShowrunnerError {
  const seconds = Math.round(silentMs / 1_000)
  let what = `The queue has not answered for ${seconds} s. Check its URL, and that Redis runs`
  if (isQueueHeard)
    what =
      stuck === undefined
        ? `No host of the fleet has taken part for ${seconds} s. ${START_ONE}`
        : `${stuck} It was waited for ${seconds} s. Start a host that does`
  return new ShowrunnerError(
    'FLEET_UNREACHABLE',
    `${what}; then run again: what is recorded is kept, and what hosts have made meanwhile is taken up.`,
  )
}
