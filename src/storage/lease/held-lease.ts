import { setTimeout as delay } from 'node:timers/promises'
import { MovieBusyError, type ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import { noteReleased } from './held-leases.js'
import { deleteLeaseFile, readLeaseFile } from './lease-file.js'
import { type LeaseRecord, leaseText } from './lease-record.js'

export const LEASE_RENEW_MS = 5_000
/** How often a lease is given back when the store fails. */
const LEASE_RELEASE_ATTEMPTS = 4
/** Delay before the first repetition; each one after it is twice as long. */
const LEASE_RELEASE_DELAY_MS = 100

interface HoldingOptions {
  readonly onLost: (error: ShowrunnerError) => void
  readonly timing?: { readonly renewMs: number }
}

/** A lease that this process has: renewed until it is released, or lost to somebody who took it over. */
export class HeldLease {
  readonly #files: EngineFiles
  readonly #movie: MovieId
  readonly #onLost: (error: ShowrunnerError) => void
  readonly #timer: NodeJS.Timeout
  /** Whom it was taken from: a renewal of theirs that was under way may write over it, and means nothing. */
  readonly #before: string | undefined
  #record: LeaseRecord
  #renewing: Promise<void> | undefined
  #isOver = false

  constructor(
    files: EngineFiles,
    movie: MovieId,
    record: LeaseRecord,
    options: HoldingOptions,
    before?: string,
  ) {
    this.#files = files
    this.#movie = movie
    this.#onLost = options.onLost
    this.#record = record
    this.#before = before
    this.#timer = setInterval(() => {
      // A renewal that fails on a full disk is no loss: the next one may work, and the log guards itself.
      this.#renewing ??= this.#renew()
        .catch(() => undefined)
        .finally(() => {
          this.#renewing = undefined
        })
    }, options.timing?.renewMs ?? LEASE_RENEW_MS)
    this.#timer.unref()
  }

  async release(): Promise<void> {
    if (this.#isOver) return
    this.#end()
    await this.#renewing
    for (let attempt = 0; attempt < LEASE_RELEASE_ATTEMPTS; attempt++) {
      if (attempt > 0) await delay(LEASE_RELEASE_DELAY_MS * 2 ** (attempt - 1))
      try {
        const current = await readLeaseFile(this.#files, this.#movie)
        const isOurs = typeof current !== 'string' && current.holder === this.#record.holder
        if (isOurs) await deleteLeaseFile(this.#files, layout.lease(this.#movie))
        return
      } catch {
        // A lease that stays expires by itself; the work that it guarded is done and must not fail.
      }
    }
  }

  #end(): void {
    this.#isOver = true
    clearInterval(this.#timer)
    noteReleased(this.#record.holder)
  }

  async #renew(): Promise<void> {
    const current = await readLeaseFile(this.#files, this.#movie)
    if (this.#isOver) return
    const { holder, counter } = this.#record
    const isTaken =
      typeof current !== 'string' && current.holder !== holder && current.holder !== this.#before
    if (isTaken) {
      this.#end()
      this.#onLost(new MovieBusyError(this.#movie, current.holder, current.acquiredAt))
      return
    }
    this.#record = { ...this.#record, counter: counter + 1, renewedAt: new Date().toISOString() }
    const path = layout.lease(this.#movie)
    // One that was deleted may be another's by now: then the next renewal sees whose.
    if (current === 'absent') await this.#files.create(path, leaseText(this.#record))
    else await this.#files.replace(path, leaseText(this.#record))
  }
}
