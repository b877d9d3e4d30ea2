import { readElement } from '../../model/artifact-address.js'
import { type ArtifactId, artifactId, type JobId, jobId } from '../../model/id.js'
import { MapSlots, type SlotIndex } from '../../model/movie/slots.js'
import type { ElementKeys } from '../identity/element-keys.js'
import { namesOf } from '../identity/names-of.js'
import type { Family } from './family.js'
import { indicesOf } from './indices.js'

const PREFIX = 'Producer:'
const OPEN = 91
const CLOSE = 93
const DOT = 46
const ZERO = 48

interface Extents {
  readonly extents: readonly number[]
  readonly keys: readonly (ElementKeys | undefined)[]
}

/** Reads `[1][fox]…` from `start`; gives the row-major position, or -1 when it names no element of the extents. */
class ElementScanner {
  end = 0

  scan(id: string, start: number, { extents, keys }: Extents): number {
    let position = 0
    let at = start
    for (let dimension = 0; dimension < extents.length; dimension++) {
      const extent = extents[dimension]!
      if (id.charCodeAt(at) !== OPEN) return -1
      const ofDimension = keys[dimension]
      if (ofDimension !== undefined) {
        const element = readElement(id, at)
        // A number in an id is a position, and in a loop with keys no element is named by that.
        const index = typeof element?.name === 'string' ? ofDimension.find(element.name) : -1
        if (index === -1) return -1
        position = position * extent + index
        at = element!.end
        continue
      }
      let index = 0
      let digits = 0
      for (at++; id.charCodeAt(at) !== CLOSE; at++) {
        const digit = id.charCodeAt(at) - ZERO
        if (!(digit >= 0 && digit <= 9) || ++digits > 8) return -1
        index = index * 10 + digit
      }
      if (digits === 0 || index >= extent) return -1
      position = position * extent + index
      at++
    }
    this.end = at
    return position
  }
}

function nameEnd(id: string, start: number): number {
  for (let at = start; at < id.length; at++) {
    const char = id.charCodeAt(at)
    if (char === OPEN || char === DOT) return at
  }
  return id.length
}

/** Slots by index arithmetic over the families of a plan; ids that the plan does not know get slots after it. */
export class PlanSlots implements SlotIndex {
  readonly #families: readonly Family[]
  readonly #byName: ReadonlyMap<string, Family>
  readonly #plannedJobs: number
  readonly #plannedArtifacts: number
  readonly #others = new MapSlots()
  readonly #scanner = new ElementScanner()
  #lastJobId: JobId | undefined
  #lastJob = -1

  constructor(families: readonly Family[], plannedJobs: number, plannedArtifacts: number) {
    this.#families = families
    this.#byName = new Map(families.map(family => [family.producer.name, family]))
    this.#plannedJobs = plannedJobs
    this.#plannedArtifacts = plannedArtifacts
  }

  get jobCount(): number {
    return this.#plannedJobs + this.#others.jobCount
  }
  get artifactCount(): number {
    return this.#plannedArtifacts + this.#others.artifactCount
  }

  /** The job's slot when the plan has it, otherwise -1. */
  plannedJob(id: string): number {
    const family = this.#familyIn(id)
    if (!family) return -1
    const position = this.#scanner.scan(id, nameEnd(id, PREFIX.length), family)
    return position !== -1 && this.#scanner.end === id.length ? family.firstJob + position : -1
  }

  /** The events of one job come together, so the last id is remembered. */
  jobSlot(id: JobId): number {
    if (id === this.#lastJobId) return this.#lastJob
    const planned = this.plannedJob(id)
    this.#lastJobId = id
    this.#lastJob = planned === -1 ? this.#plannedJobs + this.#others.jobSlot(id) : planned
    return this.#lastJob
  }

  artifactSlot(id: ArtifactId): number {
    const planned = this.plannedArtifact(id)
    return planned === -1 ? this.#plannedArtifacts + this.#others.artifactSlot(id) : planned
  }

  jobIdAt(slot: number): JobId {
    if (slot >= this.#plannedJobs) return this.#others.jobIdAt(slot - this.#plannedJobs)
    const family = lastAtOrBefore(this.#families, slot, f => f.firstJob)
    return idOf(family, slot - family.firstJob)
  }

  artifactIdAt(slot: number): ArtifactId {
    if (slot >= this.#plannedArtifacts) return this.#others.artifactIdAt(slot - this.#plannedArtifacts)
    const family = lastAtOrBefore(this.#families, slot, f => f.firstArtifact)
    const local = slot - family.firstArtifact
    const position = Math.floor(local / family.artifactsPerJob)
    const inJob = local - position * family.artifactsPerJob
    const output = lastAtOrBefore(family.outputs, inJob, o => o.offset)
    const indices = indicesOf(inJob - output.offset, output.extents)
    return artifactId(idOf(family, position), output.spec.name, namesOf(indices, output.keys))
  }

  #familyIn(id: string): Family | undefined {
    return id.startsWith(PREFIX)
      ? this.#byName.get(id.slice(PREFIX.length, nameEnd(id, PREFIX.length)))
      : undefined
  }

  /** The artifact's slot when the plan has it, otherwise -1. */
  plannedArtifact(id: string): number {
    const family = this.#familyIn(id)
    if (!family) return -1
    const position = this.#scanner.scan(id, nameEnd(id, PREFIX.length), family)
    const dot = this.#scanner.end
    if (position === -1 || id.charCodeAt(dot) !== DOT) return -1
    const end = nameEnd(id, dot + 1)
    const name = id.slice(dot + 1, end)
    const output = family.outputs.find(candidate => candidate.spec.name === name)
    if (!output) return -1
    const index = this.#scanner.scan(id, end, output)
    if (index === -1 || this.#scanner.end !== id.length) return -1
    return family.firstArtifact + position * family.artifactsPerJob + output.offset + index
  }
}

const idOf = ({ producer, extents, keys }: Family, position: number): JobId =>
  jobId(producer.name, namesOf(indicesOf(position, extents), keys))

/** The last item that starts at or before `at` and is not empty; items are sorted by start. */
export function lastAtOrBefore<Item>(
  items: readonly Item[],
  at: number,
  start: (item: Item) => number,
): Item {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (start(items[middle]!) <= at) low = middle
    else high = middle - 1
  }
  return items[low]!
}
