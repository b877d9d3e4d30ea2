import { readElement } from '../../model/artifact-address.js'
import { type ArtifactId, type JobId, jobId } from '../../model/id.js'
import { MapSlots, type SlotIndex } from '../../model/movie/slots.js'
import type { ElementKeys } from '../identity/element-keys.js'
import type { Block, OutputShape } from './block.js'
import type { Family } from './family.js'
import type { Geometry } from './geometry.js'
import type { LoopList } from './loop-lists.js'
import { OtherSlots, SlotsAfter } from './other-slots.js'

const PREFIX = 'Producer:'
const OPEN = 91
const CLOSE = 93
const DOT = 46
const ZERO = 48

/** Reads `[1][fox]…`, bracket by bracket. */
class ElementScanner {
  /** The place after the last bracket that was read. */
  end = 0

  /** The row-major position of what an output's brackets name; -1 when there is no such element. */
  scanOutput(id: string, start: number, { extents }: OutputShape, lists: readonly LoopList[]): number {
    let position = 0
    this.end = start
    for (let dimension = 0; dimension < extents.length; dimension++) {
      const index = this.#scanOne(id, extents[dimension]!, lists[dimension]!.keys)
      if (index === -1) return -1
      position = position * extents[dimension]! + index
    }
    return position
  }

  /** The job that brackets name in a family; -1 when there is none, or it is not known yet. */
  scanJob(id: string, start: number, family: Family): number {
    this.end = start
    const { whole } = family
    if (whole !== undefined) {
      const { extents } = whole
      let position = 0
      for (let dimension = 0; dimension < extents.length; dimension++) {
        const { isKeyed, lists } = family.dimensions[dimension]!
        const index = this.#scanOne(id, extents[dimension]!, isKeyed ? lists.at(NO_PARENTS)?.keys : undefined)
        if (index === -1) return -1
        position = position * extents[dimension]! + index
      }
      return whole.firstJob + position
    }
    const indices: number[] = []
    for (let dimension = 0; dimension < family.dimensions.length; dimension++) {
      const list = family.listAt(dimension, indices)
      const index = list === undefined ? -1 : this.#scanOne(id, list.length, list.keys)
      if (index === -1) return -1
      indices.push(index)
    }
    return family.jobAt(indices)
  }

  #scanOne(id: string, extent: number, keys: ElementKeys | undefined): number {
    let at = this.end
    if (id.charCodeAt(at) !== OPEN) return -1
    if (keys !== undefined) {
      const element = readElement(id, at)
      // A number in an id is a position, and in a loop with keys no element is named by that.
      if (typeof element?.name !== 'string') return -1
      this.end = element.end
      return keys.find(element.name)
    }
    let index = 0
    let digits = 0
    for (at++; id.charCodeAt(at) !== CLOSE; at++) {
      const digit = id.charCodeAt(at) - ZERO
      if (!(digit >= 0 && digit <= 9) || ++digits > 8) return -1
      index = index * 10 + digit
    }
    this.end = at + 1
    return digits === 0 || index >= extent ? -1 : index
  }
}

const NO_PARENTS: readonly number[] = []

function nameEnd(id: string, start: number): number {
  for (let at = start; at < id.length; at++) {
    const char = id.charCodeAt(at)
    if (char === OPEN || char === DOT) return at
  }
  return id.length
}

/** Slots by index arithmetic over the blocks of a plan; ids that the plan does not know get others. */
export class PlanSlots implements SlotIndex {
  readonly #geometry: Geometry
  readonly #byName: ReadonlyMap<string, Family>
  readonly #others = new MapSlots()
  readonly #otherJobs: OtherSlots | SlotsAfter
  readonly #otherArtifacts: OtherSlots | SlotsAfter
  readonly #scanner = new ElementScanner()
  #lastJobId: JobId | undefined
  #lastJob = -1
  /** What ids of `#lastFamily` begin with. */
  #lastPrefix = PREFIX
  #lastFamily: Family | undefined

  constructor(geometry: Geometry) {
    this.#geometry = geometry
    this.#byName = new Map(geometry.families.map(family => [family.producer.name, family]))
    const { canGrow, jobSlots, artifactSlots } = geometry
    this.#otherJobs = canGrow
      ? new OtherSlots(count => geometry.reserveJobs(count))
      : new SlotsAfter(jobSlots)
    this.#otherArtifacts = canGrow
      ? new OtherSlots(count => geometry.reserveArtifacts(count))
      : new SlotsAfter(artifactSlots)
  }

  get jobCount(): number {
    const { jobSlots, canGrow } = this.#geometry
    return canGrow ? jobSlots : jobSlots + this.#others.jobCount
  }
  get artifactCount(): number {
    const { artifactSlots, canGrow } = this.#geometry
    return canGrow ? artifactSlots : artifactSlots + this.#others.artifactCount
  }

  /** The job's slot when the plan has it, otherwise -1. */
  plannedJob(id: string): number {
    const family = this.#familyIn(id)
    if (!family) return -1
    const job = this.#jobIn(family, id)
    return this.#scanner.end === id.length ? job : -1
  }

  /** The events of one job come together, so the last id is remembered. */
  jobSlot(id: JobId): number {
    if (id === this.#lastJobId) return this.#lastJob
    const planned = this.plannedJob(id)
    this.#lastJobId = id
    this.#lastJob = planned === -1 ? this.#otherJobs.slotOf(this.#others.jobSlot(id)) : planned
    return this.#lastJob
  }

  artifactSlot(id: ArtifactId): number {
    const planned = this.plannedArtifact(id)
    return planned === -1 ? this.#otherArtifacts.slotOf(this.#others.artifactSlot(id)) : planned
  }

  knownJob(id: JobId): number {
    const planned = this.plannedJob(id)
    if (planned !== -1) return planned
    const other = this.#others.findJob(id)
    return other === -1 ? -1 : this.#otherJobs.slotOf(other)
  }

  knownArtifact(id: ArtifactId): number {
    const planned = this.plannedArtifact(id)
    if (planned !== -1) return planned
    const other = this.#others.findArtifact(id)
    return other === -1 ? -1 : this.#otherArtifacts.slotOf(other)
  }

  artifactsOf(job: number, isThere: (artifact: number) => boolean): readonly number[] {
    const all = this.#geometry.hasJob(job) ? this.#geometry.blockOf(job).artifactsOf(job) : []
    const planned = all.every(isThere) ? all : all.filter(isThere)
    if (this.#others.artifactCount === 0) return planned
    const slotOf = (other: number) => this.#otherArtifacts.slotOf(other)
    const others = this.#others.artifactsOfId(this.jobIdAt(job), other => isThere(slotOf(other)))
    return [...planned, ...others.map(slotOf)]
  }

  jobIdAt(slot: number): JobId {
    if (!this.#geometry.hasJob(slot)) return this.#others.jobIdAt(this.#otherJobs.numberAt(slot))
    const block = this.#geometry.blockOf(slot)
    return idOf(this.#geometry.families[block.family]!, block, slot)
  }

  artifactIdAt(slot: number): ArtifactId {
    if (!this.#geometry.hasArtifact(slot))
      return this.#others.artifactIdAt(this.#otherArtifacts.numberAt(slot))
    const block = this.#geometry.blockOfArtifact(slot)
    const family = this.#geometry.families[block.family]!
    return `${idOf(family, block, block.jobOfArtifact(slot))}.${family.partOf(block, slot)}` as ArtifactId
  }

  partAt(slot: number): string {
    if (!this.#geometry.hasArtifact(slot)) return this.#others.partAt(this.#otherArtifacts.numberAt(slot))
    const block = this.#geometry.blockOfArtifact(slot)
    return this.#geometry.families[block.family]!.partOf(block, slot)
  }

  /** Ids of one family come together, so the last one is remembered. */
  #familyIn(id: string): Family | undefined {
    if (id.startsWith(this.#lastPrefix) && nameEnd(id, PREFIX.length) === this.#lastPrefix.length)
      return this.#lastFamily
    if (!id.startsWith(PREFIX)) return undefined
    const end = nameEnd(id, PREFIX.length)
    this.#lastPrefix = id.slice(0, end)
    this.#lastFamily = this.#byName.get(id.slice(PREFIX.length, end))
    return this.#lastFamily
  }

  /** The job that an id begins with; -1 when the plan does not have it. The scanner stands after it. */
  #jobIn(family: Family, id: string): number {
    return this.#scanner.scanJob(id, nameEnd(id, PREFIX.length), family)
  }

  /** The artifact's slot when the plan has it, otherwise -1. */
  plannedArtifact(id: string): number {
    const family = this.#familyIn(id)
    if (!family) return -1
    const job = this.#jobIn(family, id)
    const dot = this.#scanner.end
    if (job === -1 || id.charCodeAt(dot) !== DOT) return -1
    const end = nameEnd(id, dot + 1)
    const name = id.slice(dot + 1, end)
    const block = family.blockOf(job)
    const output = block.outputs.find(candidate => candidate.spec.name === name)
    if (!output) return -1
    const lists = output.extents.length === 0 ? NO_LISTS : family.outputLists(job, name)
    const index = this.#scanner.scanOutput(id, end, output, lists)
    if (index === -1 || this.#scanner.end !== id.length) return -1
    return block.firstArtifactOf(job) + output.offset + index
  }

  /** Takes a job's number away from what the plan did not know, since now it does. -1: it had none. */
  releaseJob(id: JobId): number {
    this.#lastJobId = undefined
    const number = this.#others.findJob(id)
    return number === -1 ? -1 : this.#otherJobs.slotOf(number)
  }

  releaseArtifact(id: ArtifactId): number {
    const number = this.#others.findArtifact(id)
    return number === -1 ? -1 : this.#otherArtifacts.slotOf(number)
  }

  /** Whether there is anything that the plan does not know. */
  get hasOthers(): boolean {
    return this.#others.jobCount > 0 || this.#others.artifactCount > 0
  }
}

const NO_LISTS: readonly LoopList[] = []

const idOf = (family: Family, block: Block, job: number): JobId =>
  jobId(family.producer.name, family.namesOf(block.indicesOf(job)))
