import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { Family } from '../../plan/geometry/family.js'
import { inLists } from './in-lists.js'
import type { ReadBlob } from './output-blob.js'
import { outputValue } from './output-value.js'

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
    outputs[spec.name] = inLists(values, extents)
  }
  return outputs
}
