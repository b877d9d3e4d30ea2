import type { VirtualTime } from './virtual-time.js'

/** What protects a job from being paid twice. */
export type Protection = 'key' | 'checkpoint' | 'both' | 'none'

interface RemoteWork {
  readonly id: string
  readonly work: string
  readonly doneAtMs: number
  isCancelled: boolean
}

/** A service that is paid for each work it begins: it knows keys, and goes on when nobody asks. */
export class PaidService {
  readonly #time: VirtualTime
  readonly #byKey = new Map<string, RemoteWork>()
  readonly #byId = new Map<string, RemoteWork>()
  /** By work. */
  readonly charges = new Map<string, number>()
  /** Told before it is charged for. */
  onCharge: (work: string, token: number) => void = () => {}

  constructor(time: VirtualTime) {
    this.#time = time
  }

  /**
   * @param token of the coordinator for whom it is asked
   * @returns the id of what it makes
   */
  submit(
    work: string,
    { key, token }: { key: string | undefined; token: number },
    durationMs: number,
  ): string {
    const known = key === undefined ? undefined : this.#byKey.get(key)
    if (known !== undefined && !known.isCancelled) return known.id
    this.onCharge(work, token)
    this.charges.set(work, (this.charges.get(work) ?? 0) + 1)
    const id = `remote-${this.#byId.size + 1}`
    const made = { id, work, doneAtMs: this.#time.nowMs + durationMs, isCancelled: false }
    this.#byId.set(id, made)
    if (key !== undefined) this.#byKey.set(key, made)
    return id
  }

  /** @returns milliseconds until it is done; undefined: it is known no more */
  poll(id: string): number | undefined {
    const made = this.#byId.get(id)
    return made === undefined || made.isCancelled ? undefined : Math.max(0, made.doneAtMs - this.#time.nowMs)
  }

  cancel(id: string): void {
    const made = this.#byId.get(id)
    if (made !== undefined && made.doneAtMs > this.#time.nowMs) made.isCancelled = true
  }
}
