import { isJsonObject, type JsonObject } from '../json.js'

/*
 * Logs and manifests keep the names that they were written with; readers see today's. Amounts did not say that
 * they are US dollars, a limiter was called a lane, and what a user says about an artifact was its `keep`.
 */

const MONEY = { cost: 'costUsd', uncertainCost: 'uncertainCostUsd' }
const OF_CHECKPOINT = { uncertainCost: 'uncertainCostUsd', chargedCost: 'chargedCostUsd' }
const OF_HEADER = { cost: 'costUsd', costs: 'costsUsd', uncertainCosts: 'uncertainCostsUsd' }

/** Asked for every line of a log: one that has today's names is handed back as it is. */
export function currentEvent(event: JsonObject): JsonObject {
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
  return event
}

export function currentHeader(header: JsonObject): JsonObject {
  return header.cost === undefined ? header : renamed(header, OF_HEADER)
}

export function currentArtifactRecord(record: JsonObject): JsonObject {
  if (record.keep === undefined) return record
  const { keep, ...rest } = record
  return { ...rest, override: keep === 'released' ? 'unpinned' : keep }
}

export function currentJobRecord(record: JsonObject): JsonObject {
  const { checkpoint } = record
  if (!isJsonObject(checkpoint)) return record
  return { ...record, checkpoint: renamed(checkpoint, OF_CHECKPOINT) }
}

function renamed(record: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [names[key] ?? key, value]))
}
