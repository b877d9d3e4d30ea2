import type { ArtifactRecord } from '../../../index.js'
import { formatCount, printJson, printLine } from '../output.js'
import { shortenedText } from '../shortened-text.js'

/** Says what became of an artifact. */
export async function tellOfArtifact(
  record: ArtifactRecord,
  { json }: { readonly json?: boolean | undefined },
  what: string,
): Promise<void> {
  if (json) await printJson<ArtifactRecord>(record)
  else await printLine(`${record.artifactId}: ${what}`)
}

const PREVIEW_PLACES = 80

/** The beginning of its value, or what its bytes are. */
export function artifactPreview({ value, blob }: Pick<ArtifactRecord, 'value' | 'blob'>): string {
  if (blob) return `${blob.mimeType} ${formatCount(blob.sizeBytes)} bytes`
  return shortenedText(JSON.stringify(value), PREVIEW_PLACES)
}
