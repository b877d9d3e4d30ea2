import type { FallbackReason } from '../../blueprint/fallback-schema.js'
import type { JobError } from '../../model/movie/event.js'
import { isRefused } from '../limits/health/call-report.js'

/** Whether another provider is to be asked after this failure. */
export const isCovered = (on: readonly FallbackReason[], error: JobError): boolean =>
  on.includes(error.code as FallbackReason) || (on.includes('refused') && isRefused(error))
