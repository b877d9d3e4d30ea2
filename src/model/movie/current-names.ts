import { isJsonObject, type JsonObject } from '../json.js'
import type { MovieEvent } from './event.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from './manifest.js'

/*
 * Logs and manifests keep the names that they were written with; readers see today's. Amounts did not say that
 * they are US dollars, a limiter was called a lane, and what a user says about an artifact was its `keep`.
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

export function currentArtifactRecord(record: JsonObject): ArtifactRecord {
  if (record.keep === undefined) return record as unknown as ArtifactRecord
  const { keep, ...rest } = record
  return { ...rest, override: keep === 'released' ? 'unpinned' : keep } as unknown as ArtifactRecord
}

export function currentJobRecord(record: JsonObject): JobRecord {
  const { checkpoint } = record
  if (!isJsonObject(checkpoint)) return record as unknown as JobRecord
  return { ...record, checkpoint: renamed(checkpoint, OF_CHECKPOINT) } as unknown as JobRecord
}

function renamed<T>(record: JsonObject, names: Readonly<Record<string, string>>): T {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [names[key] ?? key, value])) as T
}
