import type { ArtifactMade, JobSucceeded, MovieEvent } from './event.js'

/**
 * The event as JSON: the same text as `JSON.stringify(event)`. The two events that every job writes are put
 * together by hand, which takes half the time: of their strings only the value needs escaping, the others
 * are ids without quoted keys, hashes, timestamps and percent-encoded names.
 */
export function eventJson(event: MovieEvent): string {
  if (event.type === 'artifact' && isPlainArtifact(event)) return artifactJson(event)
  if (event.type === 'job.succeeded' && isPlainSuccess(event)) return succeededJson(event)
  return JSON.stringify(event)
}

/** True for the exact shape the coordinator makes; a foreign event may have other fields. */
function isPlainArtifact(event: ArtifactMade): boolean {
  return (
    event.value !== undefined &&
    event.blob === undefined &&
    event.hash !== undefined &&
    event.inputsHash !== undefined &&
    event.jobId !== undefined &&
    event.attempt !== undefined &&
    !event.artifactId.includes('"') &&
    !event.jobId.includes('"')
  )
}

function artifactJson({
  artifactId,
  value,
  hash,
  inputsHash,
  jobId,
  attempt,
  timestamp,
}: ArtifactMade): string {
  return `{"type":"artifact","artifactId":"${artifactId}","value":${JSON.stringify(value)},"hash":"${hash}","inputsHash":"${inputsHash}","jobId":"${jobId}","attempt":${attempt},"timestamp":"${timestamp}"}`
}

function isPlainSuccess(event: JobSucceeded): boolean {
  return (
    event.inputs !== undefined &&
    event.usage === undefined &&
    event.uncertainCostUsd === undefined &&
    event.inputsHash === undefined &&
    event.by === undefined &&
    (event.costUsd === undefined) === (event.reused === undefined) &&
    !event.jobId.includes('"') &&
    (event.from === undefined || (event.reused !== undefined && !event.from.includes('"')))
  )
}

function succeededJson(event: JobSucceeded): string {
  const { jobId, attempt, durationMs, inputs, costUsd, reused, from, timestamp } = event
  const owner = from === undefined ? '' : `"from":"${from}",`
  const taken = reused === undefined ? '' : `"costUsd":${costUsd},"reused":"${reused}",${owner}`
  return `{"type":"job.succeeded","jobId":"${jobId}","attempt":${attempt},"durationMs":${durationMs},"inputs":"${inputs}",${taken}"timestamp":"${timestamp}"}`
}
