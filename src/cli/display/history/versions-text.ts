import type { ArtifactVersion } from '../../../index.js'
import { artifactPreview } from '../artifacts/artifact-text.js'
import { formatDollars, printJson, printLine, tell } from '../output.js'
import { answererText } from '../progress/services-text.js'
import { table } from '../table.js'

/** Digits of a hash that are shown: enough to name a version by. */
const HASH_DIGITS = 12

/** Prints the versions of an artifact, from the oldest on; as JSON one a line. */
export async function printVersions(
  versions: readonly ArtifactVersion[],
  artifact: string,
  { json }: { readonly json?: boolean | undefined },
): Promise<void> {
  if (json) {
    for (const version of versions) await printJson<ArtifactVersion>(version)
    return
  }
  if (versions.length === 0) {
    tell(`The log has no version of ${artifact}. "artifacts" lists what there is.\n`)
    return
  }
  const header = ['version', 'made', 'run', 'hash', 'cost', 'what', '']
  const rows = versions.map(version => [
    version.version,
    version.madeAt,
    version.runId ?? '',
    version.hash.slice(0, HASH_DIGITS),
    version.costUsd === undefined ? '' : formatDollars(version.costUsd),
    artifactPreview(version),
    marks(version),
  ])
  await printLine(table([header, ...rows]))
}

/** `current, pinned`, `restored from 1`, `bytes are gone` */
function marks({
  isCurrent,
  override,
  madeBy,
  by,
  reused,
  restoredFrom,
  isMissing,
  review,
}: ArtifactVersion): string {
  return [
    ...(isCurrent ? ['current'] : []),
    ...(override ? [override] : []),
    ...(restoredFrom === undefined ? [] : [`restored from ${restoredFrom}`]),
    ...(madeBy === 'user' && restoredFrom === undefined && override !== 'edited' ? ['own version'] : []),
    ...(by ? [`by ${answererText(by)}`] : []),
    ...(reused ? [`taken from ${reused === 'cache' ? 'the cache' : 'another job'}`] : []),
    ...(review ? [reviewText(review)] : []),
    ...(isMissing ? ['its bytes are gone'] : []),
  ].join(', ')
}

/** `rejected by Ada: too dark` */
function reviewText({ state, by, note }: NonNullable<ArtifactVersion['review']>): string {
  if (state === 'waiting') return 'waits for review'
  return `${state}${by === undefined ? '' : ` by ${by}`}${note === undefined ? '' : `: ${note}`}`
}
