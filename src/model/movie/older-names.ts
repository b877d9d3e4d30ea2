import type { JsonObject } from '../json.js'
import type { MovieEvent } from './event.js'
import type { Checkpoint, JobRecord, ManifestHeader } from './manifest.js'

/*
 * Logs and manifests keep the names that they were written with; readers see today's. Amounts did not say that
 * they are US dollars, and a limiter was called a lane.
 */

const MONEY = { cost: 'costUsd', uncertainCost: 'uncertainCostUsd' }
const OF_CHECKPOINT = { uncertainCost: 'uncertainCostUsd', chargedCost: 'chargedCostUsd' }
const OF_HEADER = { cost: 'costUsd', costs: 'costsUsd', uncertainCosts: 'uncertainCostsUsd' }

/** Asked for every line of a log: one that has today's names is handed back as it is. */
export function currentEvent(event: JsonObject): MovieEvent {
  switch (event.type) {
    case 'job.succeeded':
    case 'job.failed':
    case 'job.submitted':
    case 'run.finished':
      if (event.cost !== undefined || event.uncertainCost !== undefined) return renamed(event, MONEY)
      break
    case 'limit.adjusted':
      if (event.lane !== undefined) return renamed(event, { lane: 'limiter' })
  }
  return event as unknown as MovieEvent
}

export function currentHeader(header: JsonObject): ManifestHeader {
  return header.cost === undefined ? (header as unknown as ManifestHeader) : renamed(header, OF_HEADER)
}

export function currentJobRecord(record: JobRecord): JobRecord {
  if (record.checkpoint === undefined) return record
  return {
    ...record,
    checkpoint: renamed<Checkpoint>(record.checkpoint as unknown as JsonObject, OF_CHECKPOINT),
  }
}

function renamed<T>(record: JsonObject, names: Readonly<Record<string, string>>): T {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [names[key] ?? key, value])) as T
}
