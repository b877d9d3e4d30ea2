import * as crypto from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ShowrunnerError } from '../model/error/error.js'
import type { Spooled } from './blob/spool.js'

/** How often an object is created again while nobody knows whether it was. */
const CREATE_ATTEMPT_LIMIT = 8
const CREATE_BASE_DELAY_MS = 100
const CREATE_MAX_DELAY_MS = 10_000

/** What came of one request to create an object. */
export type PutOutcome =
  | { readonly state: 'created' }
  /** An object is there, or is being made: whose it is has to be looked up. */
  | { readonly state: 'conflict' }
  /** Nobody knows whether the request was carried out. */
  | { readonly state: 'unknown'; readonly error: unknown }

/** The two requests that creating an object needs. */
export interface CreatableObjects {
  /**
   * One request, never repeated: creates the object if absent. The nonce is kept beside it.
   * @throws ShowrunnerError for what another try will not change
   */
  putIfAbsent(key: string, bytes: Spooled, nonce: string): Promise<PutOutcome>
  /** Undefined when the object is absent. */
  head(key: string): Promise<{ readonly nonce: string | undefined } | undefined>
}

/**
 * Creates an object although requests and answers get lost: as long as nobody knows whether it was made, it is
 * looked at. Our nonce there means that it was; another, that somebody else was first; no object, that the same
 * bytes are sent to the same key again.
 * @throws ShowrunnerError `STORE_FAILED`, with `details.isUnresolved` when nobody knows in the end
 */
export async function createObject(
  objects: CreatableObjects,
  key: string,
  bytes: Spooled,
  sleep: (durationMs: number) => Promise<unknown> = delay,
): Promise<'created' | 'exists'> {
  const nonce = crypto.randomUUID()
  let lastError: unknown
  for (let attempt = 0; attempt < CREATE_ATTEMPT_LIMIT; attempt++) {
    const outcome = await objects.putIfAbsent(key, bytes, nonce)
    if (outcome.state === 'created') return 'created'
    if (outcome.state === 'unknown') lastError = outcome.error
    try {
      const found = await objects.head(key)
      if (found !== undefined) return found.nonce === nonce ? 'created' : 'exists'
    } catch (error) {
      lastError ??= error
    }
    const ceilingMs = Math.min(CREATE_MAX_DELAY_MS, CREATE_BASE_DELAY_MS * 2 ** attempt)
    await sleep(ceilingMs * (0.5 + Math.random() / 2))
  }
  const reason =
    lastError instanceof Error ? lastError.message.replace(/\.$/, '') : 'the object comes and goes'
  throw new ShowrunnerError(
    'STORE_FAILED',
    `Creating ${key} failed ${CREATE_ATTEMPT_LIMIT} times, and whether one of them was carried out is not known: ${reason}. Check the endpoint and the network, then run again to continue.`,
    { cause: lastError, details: { key, isUnresolved: true } },
  )
}
