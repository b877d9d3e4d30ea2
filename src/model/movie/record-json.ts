import type { ArtifactRecord, JobRecord } from './manifest.js'

/*
 * The same text as `JSON.stringify(record)`, put together by hand for the records that a run has most of; see
 * event-json.ts.
 */

export function artifactRecordJson(record: ArtifactRecord): string {
  const { artifactId, value, blob, hash, override, isOutdated, review } = record
  if (blob || value === undefined || override || isOutdated || review || artifactId.includes('"'))
    return JSON.stringify(record)
  return `{"artifactId":"${artifactId}","value":${JSON.stringify(value)},"hash":"${hash}"}`
}

export function jobRecordJson(record: JobRecord): string {
  const { jobId, state, attempt, succeededAttempt, inputsHash, inputs, checkpoint, error, reason } = record
  if (
    inputsHash === undefined ||
    inputs === undefined ||
    checkpoint ||
    record.feedback ||
    error ||
    reason ||
    record.by ||
    record.toRegenerate ||
    jobId.includes('"')
  )
    return JSON.stringify(record)
  return `{"jobId":"${jobId}","state":"${state}","attempt":${attempt},"succeededAttempt":${succeededAttempt},"inputsHash":"${inputsHash}","inputs":"${inputs}"}`
}
