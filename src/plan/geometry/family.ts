import type { OutputSpec, ProducerSpec } from '../../blueprint/blueprint.js'

/** One output of a family: `count` artifacts a job, at `offset` in the job's row of artifact slots. */
export interface OutputFamily {
  readonly spec: OutputSpec
  readonly extents: readonly number[]
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
  readonly strides: readonly number[]
  readonly size: number
  readonly firstJob: number
  readonly firstArtifact: number
  readonly artifactsPerJob: number
  readonly outputs: readonly OutputFamily[]
}

/** Row-major strides: the last loop turns fastest. */
export function stridesOf(extents: readonly number[]): number[] {
  const strides = new Array<number>(extents.length)
  let stride = 1
  for (let dimension = extents.length - 1; dimension >= 0; dimension--) {
    strides[dimension] = stride
    stride *= extents[dimension]!
  }
  return strides
}

export const productOf = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1)

/** The indices that a row-major position stands for. */
export function indicesOf(position: number, extents: readonly number[]): number[] {
  const indices = new Array<number>(extents.length)
  for (let dimension = extents.length - 1; dimension >= 0; dimension--) {
    const extent = extents[dimension]!
    indices[dimension] = position % extent
    position = Math.floor(position / extent)
  }
  return indices
}

/** Lays out the producers one after the other. */
export function layOutFamilies(
  producers: Iterable<ProducerSpec>,
  extentByLoop: ReadonlyMap<string, number>,
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
      outputs.push({ spec, extents: outputExtents, count, offset: artifactsPerJob })
      artifactsPerJob += count
    }
    const size = productOf(extents)
    families.push({
      index: families.length,
      producer,
      extents,
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
