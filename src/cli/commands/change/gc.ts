import type { GcResult } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { formatCount, printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('gc')
  .description('remove blobs that no event names, old manifests and leftover temporary files')
  .helpGroup(CHANGE)
  .option('--gone', 'also remove artifacts whose row or output is gone, unless they are pinned or edited')
  .option('--dry-run', 'say what would be removed, and stop')

/** What `gc --json` prints. */
export type GcOutput = GcResult

export const command = declared.action(gc)

async function gc(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const result = await engine.movie(id).gc({ dryRun: options.dryRun, goneArtifacts: options.gone })
  if (options.json) {
    await printJson<GcOutput>(result)
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
