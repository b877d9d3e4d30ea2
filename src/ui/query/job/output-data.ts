import type { ArtifactMade } from '../../../model/movie/event.js'
import { beginningOf } from '../../../model/text/shown-value.js'
import { jobOfArtifact } from '../../history/jobs/job-of-artifact.js'
import type { OutputData } from '../../page-jobs.js'

/** What the page is told of an artifact. @param limit characters of its text */
export function outputData(
  {
    seq,
    event,
    override,
  }: { readonly seq: number; readonly event: ArtifactMade; readonly override?: OutputData['override'] },
  limit: number,
): OutputData {
  const { blob, value, artifactId } = event
  const name = artifactId.slice(jobOfArtifact(artifactId).length + 1)
  if (blob) {
    const { hash, mimeType, sizeBytes } = blob
    return { name, seq, hash, mimeType, sizeBytes, ...(override && { override }) }
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 1)
  const isCut = text.length > limit
  return {
    name,
    seq,
    mimeType: typeof value === 'string' ? 'text/plain' : 'application/json',
    text: beginningOf(text, limit),
    ...(isCut && { isCut }),
    ...(event.hash !== undefined && { hash: event.hash }),
    ...(override && { override }),
  }
}
