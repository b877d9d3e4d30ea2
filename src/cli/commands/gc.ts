import { formatCount, printJson, printLine } from '../display/output.js'
import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'

export async function gc(
  id: string,
  options: StoreOptions & { readonly dryRun?: boolean; readonly gone?: boolean },
): Promise<void> {
  await using engine = await openForReading(options)
  const result = await engine.gc(id, { dryRun: options.dryRun, goneArtifacts: options.gone })
  if (options.json) {
    await printJson(result)
    return
  }
  const { removed, removedBytes, removedArtifacts, keptBlobs } = result
  const gone =
    removedArtifacts === undefined
      ? ''
      : `${formatCount(removedArtifacts)} artifacts whose row or output is gone, `
  const packed =
    result.packedSegments === 0 ? '' : ` Packed ${formatCount(result.packedSegments)} segments of the log.`
  const verb = result.isDryRun ? 'would be removed' : 'removed'
  await printLine(
    `${id}: ${verb}: ${gone}${formatCount(removed.blobs)} blobs, ${formatCount(removed.manifests)} manifests, ${formatCount(removed.temporary)} temporary files (${formatCount(removedBytes)} bytes). Kept ${formatCount(keptBlobs)} blobs.${packed}`,
  )
}
