import type { LoopSpec, OutputSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import { Block, type BlockShape, blockShape } from './block.js'
import { blockOfArtifact, blockOfJob } from './block-search.js'
import { type Dimension, Family } from './family.js'
import { productOf } from './indices.js'
import { type LoopList, LoopLists } from './loop-lists.js'

/** What of a loop decides the geometry. */
export type LoopOutline = Pick<LoopSpec, 'name' | 'parents' | 'isGrown'> & {
  readonly key?: unknown
  readonly until?: unknown
}

/**
 * Which jobs there are: families × blocks. It grows when a list becomes known; what is there keeps its slots.
 * No object exists a job.
 */
export class Geometry {
  readonly families: readonly Family[]
  readonly lists: ReadonlyMap<string, LoopLists>
  /** Whether jobs may be added while it is used. */
  readonly canGrow: boolean
  readonly #blocks: Block[] = []
  readonly #shapes = new Map<string, BlockShape>()
  #jobSlots = 0
  #artifactSlots = 0
  #jobCount = 0
  #last: Block | undefined

  constructor(producers: Iterable<ProducerSpec>, loops: Iterable<LoopOutline>) {
    const outlines = [...loops]
    this.lists = new Map(outlines.map(({ name, parents }) => [name, new LoopLists(name, parents)]))
    const grown = new Set(outlines.flatMap(({ name, isGrown }) => (isGrown ? [name] : [])))
    const keyed = new Set(outlines.flatMap(({ name, key }) => (key === undefined ? [] : [name])))
    const batched = new Set(outlines.flatMap(({ name, until }) => (until === undefined ? [] : [name])))
    this.families = [...producers].map((producer, index) =>
      this.#family(index, producer, { grown, keyed, batched }),
    )
    this.canGrow = this.families.some(family => family.canGrow)
  }

  /** Slots of jobs in use. Where the geometry can grow, some may be taken by jobs that it does not have. */
  get jobSlots(): number {
    return this.#jobSlots
  }

  get artifactSlots(): number {
    return this.#artifactSlots
  }

  /** Jobs that are known so far. */
  get jobCount(): number {
    return this.#jobCount
  }

  /** How many jobs and artifacts all known lists lead to. */
  measure(): { readonly jobs: number; readonly artifacts: number } {
    let jobs = 0
    let artifacts = 0
    for (const family of this.families)
      this.#visit(family, [], (indices, extents) => {
        const outputs = this.#outputsAt(family, indices)
        if (outputs === undefined) return
        const size = productOf(extents)
        jobs += size
        artifacts += size * outputs.reduce((sum, output) => sum + productOf(output.extents), 0)
      })
    return { jobs, artifacts }
  }

  /** A list that is known before the jobs are laid out. */
  know(loop: string, parents: readonly number[], list: LoopList): void {
    this.lists.get(loop)!.set(parents, list)
  }

  /** Lays out the jobs of all lists that are known, one producer after the other. */
  layOut(): void {
    for (const family of this.families) this.#addBlocks(family, [], [])
  }

  /** A list has become known, or longer. @returns the blocks that it completes, in slot order */
  grow(loop: string, parents: readonly number[], list: LoopList): readonly Block[] {
    const lists = this.lists.get(loop)!
    lists.set(parents, list)
    const added: Block[] = []
    for (const family of this.families) {
      if (!loopsOf(family.producer).includes(loop)) continue
      const fixed: number[] = []
      for (const [at, parent] of lists.parents.entries())
        fixed[family.producer.loops.indexOf(parent)] = parents[at]!
      this.#addBlocks(family, fixed, added)
    }
    return added
  }

  /** Slots for jobs that the geometry does not have. @returns the first one */
  reserveJobs(count: number): number {
    this.#jobSlots += count
    return this.#jobSlots - count
  }

  reserveArtifacts(count: number): number {
    this.#artifactSlots += count
    return this.#artifactSlots - count
  }

  blockOf(job: number): Block {
    const last = this.#last
    if (last !== undefined && job >= last.firstJob && job < last.firstJob + last.size) return last
    this.#last = blockOfJob(this.#blocks, job)
    return this.#last
  }

  blockOfArtifact(slot: number): Block {
    return blockOfArtifact(this.#blocks, slot)
  }

  /** Whether a slot is that of a job which is known, and not a reserved one. */
  hasJob(slot: number): boolean {
    if (slot >= this.#jobSlots || this.#blocks.length === 0) return false
    const { firstJob, size } = this.blockOf(slot)
    return slot >= firstJob && slot < firstJob + size
  }

  hasArtifact(slot: number): boolean {
    if (slot >= this.#artifactSlots || this.#blocks.length === 0) return false
    const { firstArtifact, size, artifactsPerJob } = this.blockOfArtifact(slot)
    return slot >= firstArtifact && slot < firstArtifact + size * artifactsPerJob
  }

  #family(
    index: number,
    producer: ProducerSpec,
    { grown, keyed, batched }: Record<'grown' | 'keyed' | 'batched', ReadonlySet<string>>,
  ): Family {
    const { loops } = producer
    const parentsAt = (loop: string) => this.lists.get(loop)!.parents.map(parent => loops.indexOf(parent))
    const keys = new Set(loopsOf(producer).flatMap(loop => this.lists.get(loop)!.parents))
    const dimensions: Dimension[] = loops.map(loop => ({
      lists: this.lists.get(loop)!,
      parentsAt: parentsAt(loop),
      isKeyed: keyed.has(loop),
      isKey: keys.has(loop),
      isBatched: batched.has(loop),
    }))
    const outputs = [...producer.outputs.values()].map(spec => ({
      spec,
      dimensions: spec.loops.map(loop => ({ lists: this.lists.get(loop)!, parentsAt: parentsAt(loop) })),
    }))
    const canGrow = loopsOf(producer).some(loop => grown.has(loop))
    return new Family(index, producer, dimensions, outputs, { varies: keys.size > 0 || canGrow, canGrow })
  }

  /** Adds the blocks of a family that are complete and not there yet. */
  #addBlocks(family: Family, fixed: readonly (number | undefined)[], added: Block[]): void {
    this.#visit(family, fixed, (indices, extents) => this.#addBlock(family, indices, extents, added))
  }

  /** Goes through the blocks of a family whose loops are known. @param fixed indices of some of its loops */
  #visit(
    { dimensions }: Family,
    fixed: readonly (number | undefined)[],
    found: (indices: readonly number[], extents: readonly number[]) => void,
  ): void {
    const indices: number[] = []
    const extents: number[] = []
    const visit = (at: number): void => {
      const dimension = dimensions[at]
      if (dimension === undefined) {
        found(indices, extents)
        return
      }
      const list = dimension.lists.find(indices, dimension.parentsAt)
      if (list === undefined) return
      if (dimension.isBatched && !dimension.isKey) {
        const starts = list.tried?.starts ?? [0]
        for (const [batch, start] of starts.entries()) {
          indices[at] = start
          extents[at] = (starts[batch + 1] ?? list.length) - start
          visit(at + 1)
        }
        return
      }
      if (!dimension.isKey) {
        indices[at] = 0
        extents[at] = list.length
        visit(at + 1)
        return
      }
      extents[at] = 1
      const only = fixed[at]
      const first = only ?? 0
      const end = only === undefined ? list.length : Math.min(only + 1, list.length)
      for (let index = first; index < end; index++) {
        indices[at] = index
        visit(at + 1)
      }
    }
    visit(0)
  }

  #addBlock(family: Family, indices: readonly number[], extents: readonly number[], added: Block[]): void {
    if (family.blockAt(indices) !== undefined) return
    const outputs = this.#outputsAt(family, indices)
    if (outputs === undefined) return
    const shape = this.#shapeOf(family, extents, outputs)
    const base = family.varies ? indices.slice() : undefined
    const block = new Block(family.index, shape, base, this.#jobSlots, this.#artifactSlots)
    family.add(block, indices)
    if (shape.size === 0) return
    this.#blocks.push(block)
    added.push(block)
    this.#jobSlots += shape.size
    this.#artifactSlots += shape.size * shape.artifactsPerJob
    this.#jobCount += shape.size
  }

  /** What the jobs with these indices make; undefined while a list of it is not known. */
  #outputsAt(
    { outputDimensions }: Family,
    indices: readonly number[],
  ): { readonly spec: OutputSpec; readonly extents: readonly number[] }[] | undefined {
    const outputs: { spec: OutputSpec; extents: number[] }[] = []
    for (const { spec, dimensions } of outputDimensions) {
      const lists = dimensions.map(({ lists, parentsAt }) => lists.find(indices, parentsAt))
      if (lists.includes(undefined)) return undefined
      outputs.push({ spec, extents: lists.map(list => list!.length) })
    }
    return outputs
  }

  /** Blocks of the same extents share what follows from them: there may be a hundred thousand lists of ten. */
  #shapeOf(
    family: Family,
    extents: readonly number[],
    outputs: Parameters<typeof blockShape>[1],
  ): BlockShape {
    const key = `${family.index} ${extents.join()} ${outputs.map(output => output.extents.join()).join(' ')}`
    const known = this.#shapes.get(key)
    if (known !== undefined) return known
    const shape = blockShape(extents.slice(), outputs)
    this.#shapes.set(key, shape)
    return shape
  }
}

const loopsOf = ({ loops, outputs }: ProducerSpec): string[] => [
  ...loops,
  ...[...outputs.values()].flatMap(output => output.loops),
]
