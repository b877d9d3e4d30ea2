import { isShort, onShortage } from '../../model/shortage/descriptor-reserve.js'

/** Of the calls that were on their way when the machine ran short, so many may be again: the rest is room for files. */
const KEPT_SHARE = 0.75
/** A call with no others beside it tries again after this. */
const ALONE_DELAY_MS = 200

/**
 * Limits how many calls of providers a thread makes at once while the machine is short of file descriptors or
 * processes. Without a shortage there is no limit. Each shortage lowers the limit below what was too much; when as many
 * calls in a row as the limit allows meet no shortage, it rises by one.
 */
export class ShortageGate {
  #running = 0
  #limit = Number.POSITIVE_INFINITY
  #successes = 0
  readonly #queue: (() => void)[] = []

  constructor() {
    onShortage(hasBegun => (hasBegun ? this.#lower() : this.#admit()))
  }

  /** Takes a place when one is free. */
  tryEnter(): boolean {
    if (this.#running >= this.#limit || isShort()) return false
    this.#running++
    return true
  }

  /** Takes a place when one is free; calls take their turns. @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        this.#running++
        resolve()
      }
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(enter), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#queue.push(enter)
      this.#admit()
    })
  }

  /** A call has ended, and its place is free. */
  leave(): void {
    this.#running--
    if (this.#limit === Number.POSITIVE_INFINITY) {
      if (this.#queue.length > 0) this.#admit()
      return
    }
    if (++this.#successes >= this.#limit) {
      this.#successes = 0
      this.#limit++
    }
    this.#admit()
  }

  /** A call has ended because the machine ran short: fewer at once. */
  leaveShort(): void {
    this.#running--
    this.#lower()
    if (this.#running === 0) setTimeout(() => this.#admit(), ALONE_DELAY_MS)
  }

  #lower(): void {
    this.#successes = 0
    this.#limit = Math.max(1, Math.min(this.#limit, Math.floor(this.#running * KEPT_SHARE)))
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#running < this.#limit && !isShort()) this.#queue.shift()!()
  }
}

let ofThread: ShortageGate | undefined

/** The gate that all runs of this thread share. */
export function threadGate(): ShortageGate {
  ofThread ??= new ShortageGate()
  return ofThread
}
