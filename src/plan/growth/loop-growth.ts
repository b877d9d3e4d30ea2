import type { Blueprint, LoopSpec } from '../../blueprint/blueprint.js'
import type { ElementName } from '../../model/id.js'
import type { DecidingJob, ListMaker } from '../dependencies/list-maker.js'
import type { Family } from '../geometry/family.js'
import type { Geometry } from '../geometry/geometry.js'
import { indicesOf } from '../geometry/indices.js'
import { sourceOf, valueFor } from '../geometry/known-lists.js'
import type { ListReading } from '../geometry/loop-lists.js'
import { readList } from '../geometry/read-list.js'
import type { InputValues } from '../inputs/input-part.js'
import type { GrownLoop, ListGrowth, MadeList, UntilRule } from './list-growth.js'
import { parentNames } from './parent-names.js'
import { candidateFamilies, untilRules } from './until/until-rules.js'

/** Which loops grow, by what, and which lists a job makes. Pure: what the lists hold is read by others. */
export class LoopGrowth implements ListGrowth {
  readonly loops: readonly GrownLoop[]
  readonly makers: ReadonlySet<number>
  readonly untils: readonly UntilRule[]
  readonly candidates: ReadonlyMap<number, UntilRule>
  readonly #geometry: Geometry
  readonly #byLoop: ReadonlyMap<string, GrownLoop>
  /** By loop, those that run through parts of its elements. */
  readonly #inner: ReadonlyMap<string, readonly LoopSpec[]>
  readonly #inputs: InputValues

  constructor(blueprint: Blueprint, geometry: Geometry, inputs: InputValues) {
    this.#geometry = geometry
    this.#inputs = inputs
    const specs = [...blueprint.loops.values()]
    this.loops = specs.flatMap(loop => grownLoop(loop, geometry) ?? [])
    this.untils = untilRules(blueprint, geometry.families)
    this.candidates = candidateFamilies(this.untils, geometry.families)
    this.makers = new Set([
      ...this.loops.map(({ maker }) => maker.index),
      ...this.untils.map(({ family }) => family.index),
    ])
    this.#byLoop = new Map(this.loops.map(grown => [grown.loop.name, grown]))
    this.#inner = new Map(
      specs.map(({ name }) => [
        name,
        specs.filter(loop => {
          const source = sourceOf(loop)
          return typeof source === 'object' && source.type === 'element' && source.loop === name
        }),
      ]),
    )
  }

  /** See {@link ListMaker}. */
  readonly makerOf: ListMaker = (family, dimension, indices) => {
    const loop = family.producer.loops[dimension]
    if (loop !== undefined) return this.#makerOfLoop(loop, family, indices)
    for (const { dimensions } of family.outputDimensions)
      for (const { lists, parentsAt } of dimensions)
        if (lists.find(indices, parentsAt) === undefined)
          return this.#makerOfLoop(lists.name, family, indices)
    return -1
  }

  #makerOfLoop(loop: string, { producer }: Family, indices: readonly number[]): number {
    const grown = this.#byLoop.get(loop)
    if (grown === undefined) return -1
    const { maker } = grown
    const own = maker.producer.loops.map(each => indices[producer.loops.indexOf(each)]!)
    const job = maker.jobAt(own)
    // Its own outputs may be spread over a list that is not known.
    return job === -1 ? this.makerOf(maker, maker.dimensions.length, own) : job
  }

  /** See {@link DecidingJob}. */
  readonly decidingJob: DecidingJob = (family, dimension, indices, index) => {
    const loop = family.producer.loops[dimension]!
    const rule = this.untils.find(each => each.loop.name === loop)!
    const own = rule.loop.parents.map(parent => indices[family.producer.loops.indexOf(parent)]!)
    return rule.family.jobAt([...own, index])
  }

  listsOf(family: Family, job: number): MadeList[] {
    if (!this.makers.has(family.index)) return []
    const block = family.blockOf(job)
    const indices = block.indicesOf(job)
    const lists: MadeList[] = []
    for (const grown of this.loops) {
      if (grown.maker !== family) continue
      const { extents, count, offset } = block.outputs[grown.output]!
      for (let at = 0; at < count; at++) {
        const parents: number[] = []
        for (const [place, index] of [...indices, ...indicesOf(at, extents)].entries())
          parents[grown.parentsAt[place]!] = index
        const slot = block.firstArtifactOf(job) + offset + at
        lists.push({ grown, loop: grown.loop, parents, job, slot })
      }
    }
    return lists
  }

  innerLoops(loop: string): readonly LoopSpec[] {
    return this.#inner.get(loop) ?? []
  }

  namesOf(loop: string, indices: readonly number[]): ElementName[] {
    return parentNames(this.#geometry.lists, loop, indices)
  }

  readInner(loop: LoopSpec, parents: readonly number[]): ListReading {
    return readList(loop, valueFor(this.#geometry.lists, loop, parents, this.#inputs))
  }
}

function grownLoop(loop: LoopSpec, geometry: Geometry): GrownLoop | undefined {
  const source = sourceOf(loop)
  if (typeof source === 'number' || source.type !== 'artifact') return undefined
  const maker = geometry.families.find(({ producer }) => producer.name === source.producer)!
  const { outputs, loops } = maker.producer
  const output = [...outputs.keys()].indexOf(source.output)
  const around = [...loops, ...outputs.get(source.output)!.loops]
  return { loop, source, maker, output, parentsAt: around.map(name => loop.parents.indexOf(name)) }
}
