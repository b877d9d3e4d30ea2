import type { OutputSpec } from '../../blueprint/blueprint.js'
import { indicesOf, productOf, stridesOf } from './indices.js'

/** One output of a block's jobs: `count` artifacts a job, at `offset` in the job's row of artifact slots. */
export interface OutputShape {
  readonly spec: OutputSpec
  readonly extents: readonly number[]
  readonly count: number
  readonly offset: number
}

/** What blocks of the same extents share. */
export interface BlockShape {
  readonly extents: readonly number[]
  readonly strides: readonly number[]
  readonly size: number
  readonly outputs: readonly OutputShape[]
  readonly artifactsPerJob: number
  /** Names of the outputs; absent where one is spread over lists. */
  readonly outputNames: readonly string[] | undefined
}

export function blockShape(
  extents: readonly number[],
  outputs: readonly { readonly spec: OutputSpec; readonly extents: readonly number[] }[],
): BlockShape {
  const shapes: OutputShape[] = []
  let artifactsPerJob = 0
  for (const output of outputs) {
    const count = productOf(output.extents)
    shapes.push({ ...output, count, offset: artifactsPerJob })
    artifactsPerJob += count
  }
  return {
    extents,
    strides: stridesOf(extents),
    size: productOf(extents),
    outputs: shapes,
    artifactsPerJob,
    outputNames: shapes.every(shape => shape.extents.length === 0)
      ? shapes.map(({ spec }) => spec.name)
      : undefined,
  }
}

/**
 * Jobs of one producer that became known together: a product of extents. They take the slots `firstJob …
 * firstJob + size - 1` in row-major order of the loops, their artifacts `firstArtifact …`, `artifactsPerJob` a job.
 */
export class Block {
  /** Of its family. */
  readonly family: number
  readonly shape: BlockShape
  /** The index that its first job has in each loop; undefined: 0 in all. */
  readonly base: readonly number[] | undefined
  readonly firstJob: number
  readonly firstArtifact: number

  constructor(
    family: number,
    shape: BlockShape,
    base: readonly number[] | undefined,
    firstJob: number,
    firstArtifact: number,
  ) {
    this.family = family
    this.shape = shape
    this.base = base
    this.firstJob = firstJob
    this.firstArtifact = firstArtifact
  }

  get extents(): readonly number[] {
    return this.shape.extents
  }

  get strides(): readonly number[] {
    return this.shape.strides
  }

  get size(): number {
    return this.shape.size
  }

  get outputs(): readonly OutputShape[] {
    return this.shape.outputs
  }

  get artifactsPerJob(): number {
    return this.shape.artifactsPerJob
  }

  firstArtifactOf(job: number): number {
    return this.firstArtifact + (job - this.firstJob) * this.shape.artifactsPerJob
  }

  artifactsOf(job: number): number[] {
    const first = this.firstArtifactOf(job)
    const count = this.shape.artifactsPerJob
    // Most jobs make one, and a list that is made for it takes a third of the memory.
    if (count === 1) return [first]
    const slots: number[] = []
    for (let at = 0; at < count; at++) slots.push(first + at)
    return slots
  }

  jobOfArtifact(slot: number): number {
    return this.firstJob + Math.floor((slot - this.firstArtifact) / this.shape.artifactsPerJob)
  }

  /** The output that has this artifact of a job, counted from 0. */
  outputAt(inJob: number): OutputShape {
    const { outputs } = this.shape
    let low = 0
    let high = outputs.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (outputs[middle]!.offset <= inJob) low = middle
      else high = middle - 1
    }
    return outputs[low]!
  }

  /** A job's index in each loop. */
  indicesOf(job: number): number[] {
    const indices = indicesOf(job - this.firstJob, this.shape.extents)
    const { base } = this
    if (base !== undefined)
      for (let dimension = 0; dimension < indices.length; dimension++) indices[dimension]! += base[dimension]!
    return indices
  }

  /** The job with these indices, which must be in the block. */
  jobAt(indices: readonly number[]): number {
    const { base } = this
    const { strides } = this.shape
    let job = this.firstJob
    for (let dimension = 0; dimension < strides.length; dimension++)
      job += (indices[dimension]! - (base === undefined ? 0 : base[dimension]!)) * strides[dimension]!
    return job
  }
}
