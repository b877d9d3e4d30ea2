import { threadId } from 'node:worker_threads'
import type { LeaseRecord } from './lease-record.js'
import { isOwnProcess } from './process-identity.js'

const KEY = Symbol.for('showrunner.held-leases')
const shared = globalThis as { [KEY]?: Set<string> }
/** Holders in this thread, also of another copy of this module. */
shared[KEY] ??= new Set()
const held: Set<string> = shared[KEY]

export const noteHeld = (holder: string): void => void held.add(holder)
export const noteReleased = (holder: string): void => void held.delete(holder)
export const isHeldHere = (holder: string): boolean => held.has(holder)

/** Made by this thread: nobody but {@link isHeldHere} knows whether it is still meant. */
export const isOwnLease = (record: LeaseRecord): boolean =>
  record.threadId === threadId && isOwnProcess(record)
