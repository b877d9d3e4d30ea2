import { isJsonObject } from '../../model/json.js'
import type { ProcessIdentity } from './process-identity.js'

/** The content of `lease.json`. */
export interface LeaseRecord extends ProcessIdentity {
  /** host/pid/nonce: tells this claim from every other. */
  readonly holder: string
  /** Of the thread in the process; null in leases of versions up to 0.1.0. */
  readonly threadId: number | null
  /** Goes up with every renewal: whoever sees it move knows that the holder lives. */
  readonly counter: number
  /** ISO 8601, UTC, for people to read: no clock decides about a lease. */
  readonly acquiredAt: string
  readonly renewedAt: string
}

export function leaseText(record: LeaseRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record, null, 2)}\n`)
}

/** Undefined for anything that is no lease: torn, empty, or made by another program. */
export function parseLease(text: string): LeaseRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isJsonObject(value)) return undefined
    const {
      holder,
      host,
      bootId,
      pidNamespace,
      pid,
      processStartTime,
      threadId,
      counter,
      acquiredAt,
      renewedAt,
    } = value
    if (typeof holder !== 'string' || typeof host !== 'string' || typeof acquiredAt !== 'string')
      return undefined
    if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(counter)) return undefined
    if (typeof pid !== 'number' || pid < 1 || typeof counter !== 'number') return undefined
    const optional = (field: unknown) => (typeof field === 'string' ? field : null)
    return {
      holder,
      host,
      bootId: optional(bootId),
      pidNamespace: optional(pidNamespace),
      pid,
      processStartTime: optional(processStartTime),
      threadId: typeof threadId === 'number' ? threadId : null,
      counter,
      acquiredAt,
      renewedAt: optional(renewedAt) ?? acquiredAt,
    }
  } catch {
    return undefined
  }
}
