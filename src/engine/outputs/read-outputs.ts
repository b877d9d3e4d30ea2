import { parseJson } from '../../model/json/parse-json.js'
import { decodeText } from '../../model/media/decode-text.js'
import { isMimeType } from '../../model/media/mime-type.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { Family } from '../../plan/geometry/family.js'
import { OutputBlob, type ReadBlob } from './output-blob.js'

/** The artifact in a slot of the plan's; undefined when there is none. */
export type ArtifactAt = (slot: number) => ArtifactRecord | undefined | Promise<ArtifactRecord | undefined>

/**
 * The outputs of one job by name, each as the blueprint has it: a value, bytes as an {@link OutputBlob}, and one that
 * is spread over loops as a list. Undefined when one of them is missing.
 */
export async function readOutputs(
  family: Family,
  job: number,
  artifactAt: ArtifactAt,
  readBlob: ReadBlob,
): Promise<Record<string, unknown> | undefined> {
  const outputs: Record<string, unknown> = {}
  const block = family.blockOf(job)
  const first = block.firstArtifactOf(job)
  for (const { spec, extents, count, offset } of block.outputs) {
    const values: unknown[] = []
    for (let index = 0; index < count; index++) {
      const artifact = await artifactAt(first + offset + index)
      if (artifact === undefined) return undefined
      values.push(await outputValue(artifact, spec.type, readBlob))
    }
    outputs[spec.name] = nested(values, extents)
  }
  return outputs
}

/** A large text or JSON value is stored as a blob, and is a value all the same. */
async function outputValue(
  { value, blob }: ArtifactRecord,
  type: string,
  readBlob: ReadBlob,
): Promise<unknown> {
  if (blob === undefined) return value ?? null
  const handle = new OutputBlob(blob, readBlob)
  if (isMimeType(type)) return handle
  const text = decodeText(await handle.bytes())
  return type === 'text' ? text : parseJson(text)
}

/** A row-major list as lists in lists; the value itself when it is spread over no loop. */
function nested(values: readonly unknown[], extents: readonly number[]): unknown {
  const [, ...inner] = extents
  if (extents.length === 0) return values[0]
  if (inner.length === 0) return values
  const length = inner.reduce((product, extent) => product * extent, 1)
  return Array.from({ length: extents[0]! }, (_, at) =>
    nested(values.slice(at * length, (at + 1) * length), inner),
  )
}
