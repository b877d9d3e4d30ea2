import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { MovieBusyError, type ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import { layout } from '../layout.js'
import type { Store } from '../store.js'
import { HeldLease, LEASE_RENEW_MS } from './held-lease.js'
import { isHeldHere, isOwnLease, noteHeld, noteReleased } from './held-leases.js'
import { type LeaseFile, readLeaseFile } from './lease-file.js'
import { type LeaseRecord, leaseText } from './lease-record.js'
import { LeaseWatch, type WatchTiming } from './lease-watch.js'
import { ownIdentity, processFate } from './process-identity.js'
import { takeOverLease } from './take-over-lease.js'

/** A lease whose counter stands still for so long, on the observer's clock, has lost its holder. */
const LEASE_DEAD_MS = 30_000
/**
 * A holder of this host's name that is not found here (the machine was restarted, or another one has the name) is
 * watched for so long, three renewals, before its lease is taken.
 */
const LEASE_RESTART_MS = 15_000
/** How often a waiting process looks at another one's lease. */
const LEASE_POLL_MS = 1_000

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

interface LeaseTiming extends WatchTiming {
  readonly renewMs: number
  readonly pollMs: number
}

export interface Lease {
  /**
   * Gives the movie free, unless another holder has it already. Idempotent. Never fails: what was done with the lease
   * is done, and one that stays behind is found dead by whoever comes next.
   */
  release(): Promise<void>
}

const TIMING: LeaseTiming = {
  renewMs: LEASE_RENEW_MS,
  deadMs: LEASE_DEAD_MS,
  restartMs: LEASE_RESTART_MS,
  pollMs: LEASE_POLL_MS,
}

/** host/pid/nonce: a new one for every claim. */
export const newHolder = (): string => `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`

/** @throws MovieBusyError while another holder is alive and `waitMs` is over */
export async function acquireLease(store: Store, movie: MovieId, options: LeaseOptions): Promise<Lease> {
  noteHeld(options.holder)
  try {
    return await acquire(store, movie, options)
  } catch (error) {
    noteReleased(options.holder)
    throw error
  }
}

async function acquire(store: Store, movie: MovieId, options: LeaseOptions): Promise<Lease> {
  const { holder, waitMs = 0, takeover = false, signal, timing = TIMING } = options
  const startMs = performance.now()
  const watch = new LeaseWatch(timing)
  const claims = new LeaseWatch(timing)
  for (;;) {
    signal?.throwIfAborted()
    const record = newRecord(holder)
    if ((await store.files.create(layout.lease(movie), leaseText(record))) === 'created') {
      return new HeldLease(store.files, movie, record, options)
    }
    const found = await readLeaseFile(store.files, movie)
    // Given back meanwhile: it can be created now, and only by one.
    if (found === 'absent') continue
    const nowMs = performance.now()
    const life = takeover ? 'dead' : watch.judge(found, nowMs)
    if (life === 'dead') {
      const isStill = (current: LeaseFile) => current !== 'absent' && (takeover || isSame(current, found))
      if (await takeOverLease({ files: store.files, movie, record, isStill, claims })) {
        return new HeldLease(
          store.files,
          movie,
          record,
          options,
          found === 'spoiled' ? undefined : found.holder,
        )
      }
    } else if (life === 'alive' && nowMs - startMs >= waitMs && found !== 'spoiled') {
      throw new MovieBusyError(movie, found.holder, found.acquiredAt)
    }
    const leftMs = life === 'alive' ? waitMs - (nowMs - startMs) : timing.pollMs
    const pauseMs = life === 'dead' ? timing.pollMs / 10 : Math.min(timing.pollMs, leftMs)
    await delay(pauseMs, undefined, signal && { signal }).catch(() => undefined)
  }
}

const isSame = (a: LeaseFile, b: LeaseFile): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.holder === b.holder && a.counter === b.counter

/** Who writes the movie now, as far as its lease tells; nobody when the holder is known to be dead. */
export async function readLease(
  store: Store,
  movie: MovieId,
): Promise<{ readonly holder: string; readonly since: string } | undefined> {
  const found = await readLeaseFile(store.files, movie)
  if (typeof found === 'string') return undefined
  if (processFate(found) === 'gone' || (isOwnLease(found) && !isHeldHere(found.holder))) return undefined
  return { holder: found.holder, since: found.acquiredAt }
}

function newRecord(holder: string): LeaseRecord {
  const now = new Date().toISOString()
  return { holder, ...ownIdentity(), threadId, counter: 1, acquiredAt: now, renewedAt: now }
}
