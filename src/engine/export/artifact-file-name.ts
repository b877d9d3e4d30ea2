import { parseAddress } from '../../model/artifact-address.js'
import type { ElementName } from '../../model/id.js'
import { extensionOf } from '../../model/media/file-extension.js'
import { IdNumbers } from '../../model/movie/id-numbers.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { sha256 } from '../../model/sha256.js'

/** Of a key, in the name of a file. */
const KEY_CHARS = 60
const KEY_DIGEST_CHARS = 6

/**
 * Names files for artifacts: `Producer:Picture[3].Image` → `Picture-3.Image.png`, `Producer:Picture[fox].Image` →
 * `Picture-fox.Image.png`. A key that does not fit into the name of a file is shortened, with a digest of the whole.
 * Names that differ only by case would be one file on many file systems, so the later one gets a number:
 * `picture~2.Image.png`.
 */
export class ArtifactFileNames {
  /** What is the same of all artifacts of an output, by how a file system that folds case sees it. */
  readonly #outputs = new Map<string, string[]>()
  /** Names with keys that are given away. */
  readonly #taken = new IdNumbers<string>()

  nameOf({ artifactId, blob, value }: Pick<ArtifactRecord, 'artifactId' | 'blob' | 'value'>): string {
    const address = parseAddress(artifactId)
    const { producer, elements, output = '', outputElements } = address ?? unparsed(artifactId)
    const number = this.#numberOf(`${producer}.${output}`)
    const stem = `${number === 0 ? producer : `${producer}~${number + 1}`}${elements.map(elementPart).join('')}`
    const rest = `${output === '' ? '' : `.${output}`}${outputElements.map(elementPart).join('')}`
    const hasKeys = [...elements, ...outputElements].some(name => typeof name === 'string')
    const name = hasKeys ? this.#untaken(safe(stem), safe(rest)) : safe(stem + rest)
    if (!blob) return name + (typeof value === 'string' ? '.txt' : '.json')
    return name + extensionOf(blob.mimeType)
  }

  /** Two keys can give one name. */
  #untaken(stem: string, rest: string): string {
    for (let number = 1; ; number++) {
      const name = `${number === 1 ? stem : `${stem}~${number}`}${rest}`
      const { count } = this.#taken
      if (this.#taken.numberOf(name.toLowerCase()) === count) return name
    }
  }

  #numberOf(output: string): number {
    const folded = output.toLowerCase()
    const known = this.#outputs.get(folded) ?? []
    if (known.length === 0) this.#outputs.set(folded, known)
    if (!known.includes(output)) known.push(output)
    return known.indexOf(output)
  }
}

const safe = (name: string): string => name.replace(/[^A-Za-z0-9_.~-]/g, '_')

const unparsed = (artifactId: string) => ({
  producer: artifactId.replace(/^Producer:/, ''),
  elements: [],
  output: '',
  outputElements: [],
})

function elementPart(name: ElementName): string {
  if (typeof name === 'number' || /^[\w-]{1,60}$/.test(name)) return `-${name}`
  const shortened = name.slice(0, KEY_CHARS).replace(/[^\w-]/g, '_')
  return `-${shortened}~${sha256(name).slice(0, KEY_DIGEST_CHARS)}`
}
