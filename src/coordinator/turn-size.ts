import type { DataMessage } from './message.js'

/** Of what a job takes, so much may pass between the first and the last job of a turn. */
const JOB_SHARE = 0.02

/** Smaller turns cost more than they save: each has an append and a dispatch. */
const LEAST_COUNT = 64

const MOST_COUNT = 1_024

/** Jobs that start in a turn before anything is known about the run. */
const FIRST_COUNT = 256

/** Weight of the newest turn in the averages. */
const NEWEST = 0.1

/**
 * How many messages a turn takes, and how many jobs it starts. Results that arrive together leave together when one turn
 * takes them all: the next wave of calls starts when the last of them is recorded, so a thousand places lose the time of
 * a thousand jobs in each wave. Where jobs wait for a service, a turn lasts only a small share of what a job takes: the
 * first successors start while later results are still decided, and the bunch spreads out. Where jobs take no time,
 * nothing waits for a turn, and large turns are cheaper.
 */
export class TurnSize {
  #jobMs: number | undefined
  #messageMs = 0

  get count(): number {
    if (this.#jobMs === undefined) return FIRST_COUNT
    // Jobs that are shorter than a full turn: the loop is what they wait for.
    if (this.#jobMs <= MOST_COUNT * this.#messageMs) return MOST_COUNT
    const count = Math.round((JOB_SHARE * this.#jobMs) / this.#messageMs)
    return Math.min(Math.max(count, LEAST_COUNT), MOST_COUNT)
  }

  /** @param turnMs what the turn took that decided these messages */
  note(messages: readonly DataMessage[], turnMs: number): void {
    const last = messages.at(-1)
    if (last?.type !== 'job.settled') return
    const messageMs = turnMs / messages.length
    if (this.#jobMs === undefined) {
      this.#jobMs = last.durationMs
      this.#messageMs = messageMs
      return
    }
    this.#jobMs += NEWEST * (last.durationMs - this.#jobMs)
    this.#messageMs += NEWEST * (messageMs - this.#messageMs)
  }
}
