import { extensionOf } from '../../model/media/file-extension.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'

/**
 * Names files for artifacts: `Producer:Picture[3].Image` → `Picture-3.Image.png`. Names that differ only by case
 * would be one file on many file systems, so the later one gets a number: `picture~2.Image.png`.
 */
export class ArtifactFileNames {
  /** What is the same of all artifacts of an output, by how a file system that folds case sees it. */
  readonly #outputs = new Map<string, string[]>()

  nameOf({ artifactId, blob, value }: ArtifactRecord): string {
    const id = artifactId.replace(/^Producer:/, '')
    const base = id.replace(/\[(\d+)\]/g, '-$1').replace(/[^A-Za-z0-9_.-]/g, '_')
    const number = this.#numberOf(id.replace(/\[\d+\]/g, ''))
    const name = number === 0 ? base : base.replace(/^[^.-]*/, producer => `${producer}~${number + 1}`)
    if (!blob) return name + (typeof value === 'string' ? '.txt' : '.json')
    return name + extensionOf(blob.mimeType)
  }

  #numberOf(output: string): number {
    const folded = output.toLowerCase()
    const known = this.#outputs.get(folded) ?? []
    if (known.length === 0) this.#outputs.set(folded, known)
    if (!known.includes(output)) known.push(output)
    return known.indexOf(output)
  }
}
