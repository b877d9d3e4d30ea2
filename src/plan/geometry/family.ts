import type { OutputSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import type { ElementKeys, KeysByLoop } from '../identity/element-keys.js'
import { productOf, stridesOf } from './indices.js'

/** One output of a family: `count` artifacts a job, at `offset` in the job's row of artifact slots. */
export interface OutputFamily {
  readonly spec: OutputSpec
  readonly extents: readonly number[]
  /** By loop; undefined where positions name the elements. */
  readonly keys: readonly (ElementKeys | undefined)[]
  readonly count: number
  readonly offset: number
}

/**
 * All jobs of one producer. Its jobs take the slots `firstJob … firstJob + size - 1` in row-major order of
 * the loops, its artifacts `firstArtifact …`, `artifactsPerJob` a job.
 */
export interface Family {
  readonly index: number
  readonly producer: ProducerSpec
  readonly extents: readonly number[]
  /** By loop; undefined where positions name the elements. */
  readonly keys: readonly (ElementKeys | undefined)[]
  readonly strides: readonly number[]
  readonly size: number
  readonly firstJob: number
  readonly firstArtifact: number
  readonly artifactsPerJob: number
  readonly outputs: readonly OutputFamily[]
}

/** Lays out the producers one after the other. */
export function layOutFamilies(
  producers: Iterable<ProducerSpec>,
  extentByLoop: ReadonlyMap<string, number>,
  keysByLoop: KeysByLoop,
): Family[] {
  const families: Family[] = []
  let firstJob = 0
  let firstArtifact = 0
  for (const producer of producers) {
    const extents = producer.loops.map(loop => extentByLoop.get(loop)!)
    const outputs: OutputFamily[] = []
    let artifactsPerJob = 0
    for (const spec of producer.outputs.values()) {
      const outputExtents = spec.loops.map(loop => extentByLoop.get(loop)!)
      const count = productOf(outputExtents)
      const outputKeys = spec.loops.map(loop => keysByLoop.get(loop))
      outputs.push({ spec, extents: outputExtents, keys: outputKeys, count, offset: artifactsPerJob })
      artifactsPerJob += count
    }
    const size = productOf(extents)
    families.push({
      index: families.length,
      producer,
      extents,
      keys: producer.loops.map(loop => keysByLoop.get(loop)),
      strides: stridesOf(extents),
      size,
      firstJob,
      firstArtifact,
      artifactsPerJob,
      outputs,
    })
    firstJob += size
    firstArtifact += size * artifactsPerJob
  }
  return families
}
