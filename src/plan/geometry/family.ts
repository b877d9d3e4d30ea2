import type { OutputSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import { type ElementName, outputPart } from '../../model/id.js'
import type { Block } from './block.js'
import { blockOfJob } from './block-search.js'
import { indicesOf } from './indices.js'
import { batchStart, type LoopList, type LoopLists } from './loop-lists.js'

/** One loop of a family. */
export interface Dimension {
  readonly lists: LoopLists
  /** Where the loops that its lists depend on stand among the producer's loops. */
  readonly parentsAt: readonly number[]
  /** Its elements are named by keys, and not by positions. */
  readonly isKeyed: boolean
  /** Another dimension depends on it: each block has one index of it. */
  readonly isKey: boolean
  /** It becomes known in batches: each block has one batch of it, unless another dimension depends on it. */
  readonly isBatched: boolean
}

/** The loops of one output, which the job's own loops decide. */
export interface OutputDimensions {
  readonly spec: OutputSpec
  readonly dimensions: readonly Pick<Dimension, 'lists' | 'parentsAt'>[]
}

type Node = Block | Node[] | undefined

/** All jobs of one producer that are known so far, in blocks. */
export class Family {
  readonly index: number
  readonly producer: ProducerSpec
  readonly dimensions: readonly Dimension[]
  readonly outputDimensions: readonly OutputDimensions[]
  /** Whether its lists differ from element to element, or are made during the run. Otherwise it is one block. */
  readonly varies: boolean
  /** Whether jobs may become known during a run. */
  readonly canGrow: boolean
  readonly #blocks: Block[] = []
  readonly #isKeyed: boolean
  readonly #keysAt: readonly number[]
  readonly #hasBatches: boolean
  #byKey: Node
  #size = 0
  #last: Block | undefined

  constructor(
    index: number,
    producer: ProducerSpec,
    dimensions: readonly Dimension[],
    outputDimensions: readonly OutputDimensions[],
    { varies, canGrow }: Pick<Family, 'varies' | 'canGrow'>,
  ) {
    this.index = index
    this.producer = producer
    this.dimensions = dimensions
    this.outputDimensions = outputDimensions
    this.varies = varies
    this.canGrow = canGrow
    this.#isKeyed = dimensions.some(({ isKeyed }) => isKeyed)
    this.#hasBatches = dimensions.some(({ isBatched }) => isBatched)
    this.#keysAt = dimensions.flatMap(({ isKey, isBatched }, at) => (isKey || isBatched ? [at] : []))
  }

  /** The one block of a family that does not vary. */
  get whole(): Block | undefined {
    return this.varies ? undefined : this.#blocks[0]
  }

  /** Jobs that are known so far. */
  get size(): number {
    return this.#size
  }

  /** It has jobs, or may get some. */
  get mayHaveJobs(): boolean {
    return this.#size > 0 || this.canGrow
  }

  /** In the order in which they became known; those without jobs are left out. */
  get blocks(): readonly Block[] {
    return this.#blocks
  }

  blockOf(job: number): Block {
    if (!this.varies) return this.#blocks[0]!
    const last = this.#last
    if (last !== undefined && job >= last.firstJob && job < last.firstJob + last.size) return last
    this.#last = blockOfJob(this.#blocks, job)
    return this.#last
  }

  indicesOf(job: number): number[] {
    return this.blockOf(job).indicesOf(job)
  }

  /** Its jobs, block by block. */
  *jobs(): IterableIterator<number> {
    for (const { firstJob, size } of this.#blocks)
      for (let job = firstJob; job < firstJob + size; job++) yield job
  }

  /** The job at a place among all of them, which are counted block by block. */
  jobAtPlace(place: number): number {
    if (!this.varies) return this.#blocks[0]!.firstJob + place
    for (const { firstJob, size } of this.#blocks) {
      if (place < size) return firstJob + place
      place -= size
    }
    return -1
  }

  /** The job with these indices; -1 when there is none, or it is not known yet. */
  jobAt(indices: readonly number[]): number {
    for (let dimension = 0; dimension < this.dimensions.length; dimension++) {
      const list = this.listAt(dimension, indices)
      const index = indices[dimension]!
      if (list === undefined || !(index >= 0 && index < list.length)) return -1
    }
    return this.blockAt(indices)?.jobAt(indices) ?? -1
  }

  /** The list of a loop inside these indices of the loops before it. */
  listAt(dimension: number, indices: readonly number[]): LoopList | undefined {
    const { lists, parentsAt } = this.dimensions[dimension]!
    return lists.find(indices, parentsAt)
  }

  /** What names the elements at these indices in ids: keys where there are some, positions elsewhere. */
  namesOf(indices: readonly number[]): readonly ElementName[] {
    if (!this.#isKeyed) return indices
    return indices.map((index, dimension) => this.listAt(dimension, indices)?.keys?.at(index) ?? index)
  }

  /** The same for the elements of an output that a job spreads over lists. */
  outputNamesOf(job: number, output: string, indices: readonly number[]): readonly ElementName[] {
    const lists = this.outputLists(job, output)
    return indices.map((index, at) => lists[at]!.keys?.at(index) ?? index)
  }

  /** What the id of one of its artifacts has after the job's. */
  partOf(block: Block, artifact: number): string {
    const job = block.jobOfArtifact(artifact)
    const inJob = artifact - block.firstArtifactOf(job)
    const { spec, extents, offset } = block.outputAt(inJob)
    if (extents.length === 0) return spec.name
    const names = this.outputNamesOf(job, spec.name, indicesOf(inJob - offset, extents))
    return outputPart(spec.name, names)
  }

  /** The lists that a job spreads an output over. */
  outputLists(job: number, output: string): readonly LoopList[] {
    const { dimensions } = this.outputDimensions.find(({ spec }) => spec.name === output)!
    const own = this.indicesOf(job)
    return dimensions.map(({ lists, parentsAt }) => lists.find(own, parentsAt)!)
  }

  #keyAt(at: number, indices: readonly number[]): number {
    const { isKey } = this.dimensions[at]!
    const list = isKey ? undefined : this.listAt(at, indices)
    return list === undefined ? indices[at]! : batchStart(list, indices[at]!)
  }

  /** The block that jobs with these indices are in; only the dimensions that are keys or batches count. */
  blockAt(indices: readonly number[]): Block | undefined {
    let node = this.#byKey
    for (const at of this.#keysAt) {
      if (node === undefined) return undefined
      node = (node as Node[])[this.#hasBatches ? this.#keyAt(at, indices) : indices[at]!]
    }
    return node as Block | undefined
  }

  /** @param indices of its first job */
  add(block: Block, indices: readonly number[]): void {
    if (block.size > 0 || !this.varies) this.#blocks.push(block)
    this.#size += block.size
    const path = this.#keysAt.map(at => indices[at]!)
    const last = path.pop()
    if (last === undefined) {
      this.#byKey = block
      return
    }
    this.#byKey ??= []
    let node = this.#byKey as Node[]
    for (const index of path) {
      node[index] ??= []
      node = node[index] as Node[]
    }
    node[last] = block
  }
}
