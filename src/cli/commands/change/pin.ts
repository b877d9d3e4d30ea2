import type { ArtifactRecord } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { artifactCommand } from '../../declare/store-command.js'
import { tellOfArtifact } from '../../display/artifacts/artifact-text.js'
import { wholeArtifactId } from '../../input/artifact-id.js'
import { openForReading } from '../../open-engine.js'

/** What `pin --json` prints. */
export type PinOutput = ArtifactRecord

export const command = artifactCommand('pin')
  .description('keep an artifact as it is, whatever its job makes')
  .helpGroup(CHANGE)
  .action(async (id, artifact, options) => {
    await using engine = await openForReading(options)
    const record = await engine.movie(id).pin(wholeArtifactId(artifact))
    await tellOfArtifact(record, options, 'pinned.')
  })
