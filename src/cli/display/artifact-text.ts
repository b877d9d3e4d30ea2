import type { ArtifactRecord } from '../../index.js'
import { printJson, printLine } from './output.js'

/** Says what became of an artifact. */
export async function tellOfArtifact(
  record: ArtifactRecord,
  { json }: { readonly json?: boolean | undefined },
  what: string,
): Promise<void> {
  if (json) await printJson(record)
  else await printLine(`${record.artifactId}: ${what}`)
}
