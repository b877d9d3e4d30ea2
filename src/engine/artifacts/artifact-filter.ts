import { parseWritten } from '../../model/artifact-address.js'
import { type ArtifactId, type JobId, jobOf } from '../../model/id.js'
import { globPattern } from '../../model/linear-pattern.js'
import type { RunShape } from '../run-shape/run-shape.js'

/**
 * Whether an artifact or a job is meant: by a pattern with `*`, or by its id as somebody may write it, without `Producer:`
 * or without quotes around keys. A job stands for all of its artifacts.
 */
export function artifactFilter(
  ids: readonly string[],
  shape: RunShape | undefined,
): (id: ArtifactId | JobId) => boolean {
  const patterns = ids.map(id => globPattern(id, 'Producer:'))
  const meant = new Set<string>()
  for (const id of ids) {
    const address = parseWritten(id)
    const found = address && (shape?.find(address) ?? shape?.findJob(address))
    if (found !== undefined) meant.add(found)
  }
  const isMeant = (id: string) => meant.has(id) || patterns.some(pattern => pattern.test(id))
  return id => isMeant(id) || isMeant(jobOf(id as ArtifactId))
}
