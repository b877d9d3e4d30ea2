import type { Transition } from './transition/transition.js'

/**
 * Events that wait for the append in flight before the loop waits for it: as many as one turn may lead to. Jobs that
 * need no run lead to events without being in flight, so nothing else bounds them.
 */
export const GATHERED_EVENT_LIMIT = 20_000

/** What turns have decided and no append has taken yet. */
export interface Gathered extends Transition {
  tell: (() => void) | undefined
  /** Data messages of the run, up to the last that led to it. */
  upTo: number
}

/** Gathers what turns decide while an append is in flight; the next append takes all of it. */
export class GatheredTurns {
  #gathered: Gathered | undefined
  /** The loop waits for space. */
  #resume: (() => void) | undefined

  add(turn: Gathered): void {
    if (this.#gathered === undefined) {
      this.#gathered = turn
      return
    }
    this.#gathered.upTo = turn.upTo
    for (const event of turn.events) this.#gathered.events.push(event)
    for (const effect of turn.effects) this.#gathered.effects.push(effect)
    this.#gathered.tell = turn.tell ?? this.#gathered.tell
  }

  take(): Gathered | undefined {
    const gathered = this.#gathered
    this.#gathered = undefined
    this.release()
    return gathered
  }

  /** Whether a slow disk is to slow the loop, before what it has decided fills the memory. */
  get isFull(): boolean {
    return this.#gathered !== undefined && this.#gathered.events.length >= GATHERED_EVENT_LIMIT
  }

  /** Resolves when an append takes what has gathered, or `release` is called. */
  async taken(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#resume = resolve
    })
  }

  /** Lets the loop look what has happened, although nothing was taken. */
  release(): void {
    this.#resume?.()
    this.#resume = undefined
  }
}
