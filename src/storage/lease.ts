import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { MovieBusyError, type ShowrunnerError } from '../model/error.js'
import type { MovieId } from '../model/id.js'
import { LEASE_DEAD_MS, LEASE_FILE_LIMIT_BYTES, LEASE_POLL_MS, LEASE_RENEW_MS } from '../model/limit.js'
import { layout } from './layout.js'
import { type LeaseRecord, leaseText, parseLease } from './lease-record.js'
import { isProcessGone, ownIdentity } from './process-identity.js'
import type { Store } from './store.js'

/*
 * A lease is politeness: it keeps two runs from working on one movie by mistake. That two writers cannot
 * both be heard is the log's doing, whatever becomes of leases and clocks.
 */

export interface LeaseOptions {
  /** host/pid/nonce, another one for every claim: also the same process has to wait for itself. */
  readonly holder: string
  /** Called once when another holder has taken the lease over. */
  readonly onLost: (error: ShowrunnerError) => void
  /**
   * How long to wait for another holder to end, or to be found dead: on another machine that takes
   * LEASE_DEAD_MS without a renewal. @default 0
   */
  readonly waitMs?: number
  /** Takes it from a live holder at once; who does that is kept from the log by the next writer's token. @default false */
  readonly takeover?: boolean
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  readonly timing?: LeaseTiming
}

interface LeaseTiming {
  readonly renewMs: number
  readonly deadMs: number
  readonly pollMs: number
}

export interface Lease {
  /** Gives the movie free, unless another holder has it already. Idempotent. */
  release(): Promise<void>
}

const TIMING: LeaseTiming = { renewMs: LEASE_RENEW_MS, deadMs: LEASE_DEAD_MS, pollMs: LEASE_POLL_MS }

/** host/pid/nonce: a new one for every claim. */
export const newHolder = (): string => `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`

/** @throws MovieBusyError while another holder is alive and `waitMs` is over */
export async function acquireLease(store: Store, movie: MovieId, options: LeaseOptions): Promise<Lease> {
  const { holder, waitMs = 0, takeover = false, signal, timing = TIMING } = options
  const startMs = performance.now()
  let seen: { readonly holder: string; readonly counter: number; readonly sinceMs: number } | undefined
  for (;;) {
    signal?.throwIfAborted()
    const record = newRecord(holder)
    if ((await store.create(layout.lease(movie), leaseText(record))) === 'created') {
      return new HeldLease(store, movie, record, options)
    }
    const other = await readRecord(store, movie)
    const nowMs = performance.now()
    if (other?.holder !== seen?.holder || other?.counter !== seen?.counter) {
      seen = other && { holder: other.holder, counter: other.counter, sinceMs: nowMs }
    }
    const isUnmoved = seen !== undefined && nowMs - seen.sinceMs >= timing.deadMs
    if (takeover || other === undefined || isUnmoved || isProcessGone(other)) {
      await store.replace(layout.lease(movie), leaseText(record))
      // Of several who take it over at once the last one has it.
      if ((await readRecord(store, movie))?.holder === holder) {
        return new HeldLease(store, movie, record, options)
      }
    } else if (nowMs - startMs >= waitMs) {
      throw new MovieBusyError(movie, other.holder, other.acquiredAt)
    } else {
      const pauseMs = Math.min(timing.pollMs, waitMs - (nowMs - startMs))
      await delay(pauseMs, undefined, signal && { signal }).catch(() => undefined)
    }
  }
}

/** Who writes the movie now, as far as its lease tells; nobody when the holder is known to be dead. */
export async function readLease(
  store: Store,
  movie: MovieId,
): Promise<{ readonly holder: string; readonly since: string } | undefined> {
  const record = await readRecord(store, movie)
  if (record === undefined || isProcessGone(record)) return undefined
  return { holder: record.holder, since: record.acquiredAt }
}

class HeldLease implements Lease {
  readonly #store: Store
  readonly #movie: MovieId
  readonly #onLost: (error: ShowrunnerError) => void
  readonly #timer: NodeJS.Timeout
  #record: LeaseRecord
  #renewing: Promise<void> | undefined
  #isOver = false

  constructor(store: Store, movie: MovieId, record: LeaseRecord, { onLost, timing = TIMING }: LeaseOptions) {
    this.#store = store
    this.#movie = movie
    this.#onLost = onLost
    this.#record = record
    this.#timer = setInterval(() => {
      // A renewal that fails on a full disk is no loss: the next one may work, and the log guards itself.
      this.#renewing ??= this.#renew()
        .catch(() => undefined)
        .finally(() => {
          this.#renewing = undefined
        })
    }, timing.renewMs)
    this.#timer.unref()
  }

  async release(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#timer)
    await this.#renewing
    const current = await readRecord(this.#store, this.#movie)
    if (current?.holder !== this.#record.holder) return
    const files = await this.#store.files()
    await files.deleteFile(layout.lease(this.#movie))
  }

  async #renew(): Promise<void> {
    if (this.#isOver) return
    const current = await readRecord(this.#store, this.#movie)
    if (this.#isOver) return
    if (current !== undefined && current.holder !== this.#record.holder) {
      this.#isOver = true
      clearInterval(this.#timer)
      this.#onLost(new MovieBusyError(this.#movie, current.holder, current.acquiredAt))
      return
    }
    this.#record = {
      ...this.#record,
      counter: this.#record.counter + 1,
      renewedAt: new Date().toISOString(),
    }
    await this.#store.replace(layout.lease(this.#movie), leaseText(this.#record))
  }
}

function newRecord(holder: string): LeaseRecord {
  const now = new Date().toISOString()
  return { holder, ...ownIdentity(), counter: 1, acquiredAt: now, renewedAt: now }
}

async function readRecord(store: Store, movie: MovieId): Promise<LeaseRecord | undefined> {
  const bytes = await store.whole(layout.lease(movie))
  if (bytes === undefined || bytes.byteLength > LEASE_FILE_LIMIT_BYTES) return undefined
  return parseLease(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}
