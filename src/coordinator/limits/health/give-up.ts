import type { JobError } from '../../../model/movie/event.js'
import type { GiveUp } from '../../run-limits.js'
import { isRefused } from './call-report.js'
import type { EndpointHealth } from './endpoint-health.js'
import type { Outage } from './outage-breaker.js'

/** How long a run waits for a service that does not answer any more, unless the user says so. */
export const OUTAGE_WAIT_MS = 30 * 60_000
/** The same for a service that has never answered, and for one that fails a single job. */
export const OUTAGE_UNREACHED_MS = 60_000

export interface Patience {
  readonly nowMs: number
  /** When the run began to use the service. */
  readonly joinedAtMs: number
  /** As the user says; undefined: as long as is usual. */
  readonly waitMs: number | undefined
}

/** Whether a run goes on waiting for a service; `lone`: the one job that failed is to blame, and the service is not. */
export function giveUpOf(health: EndpointHealth, patience: Patience): GiveUp | 'lone' | undefined {
  const { nowMs, joinedAtMs, waitMs } = patience
  const refusal = health.refusalSince(joinedAtMs)
  if (refusal !== undefined)
    return { reason: 'refused', message: refusedText(health.name, refusal), error: refusal }
  const { throttled, outage } = health
  const throttledMs = waitMs ?? OUTAGE_WAIT_MS
  if (throttled !== undefined && nowMs - Math.max(joinedAtMs, throttled.sinceMs) >= throttledMs)
    return {
      reason: 'refused',
      message: throttledText(health.name, throttled.error, throttledMs),
      error: throttled.error,
    }
  if (outage === undefined) return undefined
  // One that has answered before is known to be set up right: then it is an outage, whatever it looks like.
  if (!outage.hasAnswered && isRefused(outage.error))
    return { reason: 'refused', message: unreachedText(health.name, outage.error), error: outage.error }
  const limitMs = outageLimitMs(outage, waitMs)
  const endsAtMs = patienceEndsAtMs(outage, patience)
  if ((outage.isTrying ? nowMs : Math.max(nowMs, outage.nextTryAtMs)) < endsAtMs) return undefined
  if (outage.isLone && outage.hasAnswered) return 'lone'
  return { reason: 'outage', message: outageText(health.name, outage.error, limitMs), error: outage.error }
}

/** When a run will have waited long enough for a service that does not answer. */
export const patienceEndsAtMs = (outage: Outage, { joinedAtMs, waitMs }: Omit<Patience, 'nowMs'>): number =>
  Math.max(joinedAtMs, outage.sinceMs) + outageLimitMs(outage, waitMs)

/** A service that has never answered is more likely to be a mistake than an outage; so is what one job meets alone. */
const outageLimitMs = ({ hasAnswered, isLone }: Outage, waitMs: number | undefined): number =>
  waitMs ?? (hasAnswered && !isLone ? OUTAGE_WAIT_MS : OUTAGE_UNREACHED_MS)

const said = ({ code, message }: JobError) => `${code}: ${message.trim().replace(/[.\s]+$/, '')}`

const refusedText = (service: string, error: JobError) =>
  `${service} refuses every job the same way (${said(error)}). Its other jobs were not tried. Fix the key, the credit, the model or the setting that this names, and run again: it continues.`

const unreachedText = (service: string, error: JobError) =>
  `${service} cannot be reached as it is set up (${said(error)}). Its other jobs were not tried. Run again when that is corrected: it continues.`

const throttledText = (service: string, error: JobError, waitedMs: number) =>
  `${service} has refused every call for ${minutes(waitedMs)} (${said(error)}). Its jobs stay open. Run again when it takes calls: it continues.`

const outageText = (service: string, error: JobError, waitedMs: number) =>
  `${service} has not answered for ${minutes(waitedMs)} (${said(error)}). Its jobs stay open. Run again when it answers: it continues. How long a run waits: --outage-wait, or outageWaitMs.`

const minutes = (ms: number) =>
  ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`
