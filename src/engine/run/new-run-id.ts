import { randomBytes } from 'node:crypto'
import type { Clock } from '../../model/clock.js'
import type { RunId } from '../../model/id.js'

/** Sorts by start: milliseconds since 1970 in base 36, and a random tail. */
export function newRunId(clock: Pick<Clock, 'timestamp'>): RunId {
  const startedAt = Date.parse(clock.timestamp()).toString(36).padStart(9, '0')
  return `${startedAt}-${randomBytes(4).toString('hex')}` as RunId
}
