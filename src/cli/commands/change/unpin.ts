import type { ArtifactRecord, Engine } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { artifactCommand, type StoreFlags } from '../../declare/store-command.js'
import { tellOfArtifact } from '../../display/artifacts/artifact-text.js'
import { wholeArtifactId } from '../../input/artifact-id.js'
import { openForReading } from '../../open-engine.js'

/** What `unpin --json` prints. */
export type UnpinOutput = ArtifactRecord

export const command = artifactCommand('unpin')
  .description('give an artifact back to its job')
  .helpGroup(CHANGE)
  .action(unpin)

async function unpin(id: string, artifact: string, options: StoreFlags): Promise<void> {
  await using engine = await openForReading(options)
  const artifactId = wholeArtifactId(artifact)
  const before = await overrideOf(engine, id, artifactId)
  const record = await engine.movie(id).unpin(artifactId)
  if (before !== 'pinned' && before !== 'edited') {
    await tellOfArtifact(record, options, 'it was not pinned; nothing changes.')
    return
  }
  const next =
    record.override === 'unpinned' || record.isOutdated
      ? 'The next run gives it the version of its job.'
      : 'Its job may change it again.'
  await tellOfArtifact(record, options, `unpinned. ${next}`)
}

async function overrideOf(
  engine: Engine,
  id: string,
  artifactId: string,
): Promise<ArtifactRecord['override']> {
  for await (const { override } of engine.movie(id).artifacts({ ids: [artifactId] })) return override
  return undefined
}
