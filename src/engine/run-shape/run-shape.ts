import type { LoopSpec } from '../../blueprint/blueprint.js'
import { parseAddress, type WrittenAddress } from '../../model/artifact-address.js'
import { type ArtifactId, type JobId, jobOf } from '../../model/id.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Geometry } from '../../plan/geometry/geometry.js'
import { PlanSlots } from '../../plan/geometry/plan-slots.js'
import { findElements, findIndices } from '../../plan/identity/find-element.js'
import { namesUnknownJobs } from '../../plan/job-pattern/names-unknown-jobs.js'
import type { Plan } from '../../plan/plan.js'
import type { RowPlace } from './row-place.js'

/** What a run was to make, as far as ids and rows are concerned. */
export class RunShape {
  readonly #geometry: Geometry
  readonly #loops: ReadonlyMap<string, LoopSpec>
  readonly #slots: PlanSlots

  constructor(geometry: Geometry, loops: ReadonlyMap<string, LoopSpec>) {
    this.#geometry = geometry
    this.#loops = loops
    this.#slots = new PlanSlots(geometry)
  }

  /** All jobs of the run, also those that it has not come to. */
  get jobCount(): number {
    return this.#geometry.jobCount
  }

  /** Whether a job or an artifact is one of this run's. */
  has(id: string): boolean {
    return this.#slots.plannedJob(id) !== -1 || this.#slots.plannedArtifact(id) !== -1
  }

  /** Whether there is no such artifact for sure: its element is gone, and not in a list that is still to be made. */
  isGone(id: ArtifactId): boolean {
    return !this.has(id) && !namesUnknownJobs(this.#geometry, jobOf(id))
  }

  /** The rows that a job is made from. */
  rowsOf(id: string): readonly RowPlace[] {
    const job = this.#jobIn(id)
    if (job === -1) return []
    const family = this.#geometry.families[this.#geometry.blockOf(job).family]!
    const indices = family.indicesOf(job)
    return family.producer.loops.flatMap((loop, at) => {
      const input = inputOf(this.#loops.get(loop))
      return input === undefined ? [] : [{ input, row: indices[at]! + 1 }]
    })
  }

  /**
   * The id of the artifact that somebody means: by positions or keys, with or without quotes.
   * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another one's position
   */
  find({ producer, elements, output, outputElements }: WrittenAddress): ArtifactId | undefined {
    const family = this.#familyNamed(producer)
    const indices = family && findIndices(elements, family)
    const job = indices === undefined ? -1 : family!.jobAt(indices)
    if (job === -1 || output === undefined) return undefined
    const block = family!.blockOf(job)
    const shape = block.outputs.find(({ spec }) => spec.name === output)
    if (shape === undefined) return undefined
    const keys = family!.outputLists(job, output).map(list => list.keys)
    const inOutput = findElements(outputElements, { extents: shape.extents, keys })
    if (inOutput === undefined) return undefined
    const at = inOutput.reduce(
      (position, index, dimension) => position * shape.extents[dimension]! + index,
      0,
    )
    return this.#slots.artifactIdAt(block.firstArtifactOf(job) + shape.offset + at)
  }

  /** The id of the job that somebody means, likewise; undefined for what names an artifact. @throws like {@link find} */
  findJob({ producer, elements, output }: WrittenAddress): JobId | undefined {
    const family = this.#familyNamed(producer)
    const indices = family && findIndices(elements, family)
    const job = indices === undefined || output !== undefined ? -1 : family!.jobAt(indices)
    return job === -1 ? undefined : this.#slots.jobIdAt(job)
  }

  /** Where an artifact stands in the order of the plan; undefined when it is none of this run's. */
  placeOf(id: ArtifactId): number | undefined {
    const slot = this.#slots.plannedArtifact(id)
    return slot === -1 ? undefined : slot
  }

  /** `text`, `json`, or a MIME type; undefined when there is no such output. */
  outputType(producer: string, output: string): string | undefined {
    return this.#familyNamed(producer)?.producer.outputs.get(output)?.type
  }

  #jobIn(id: string): number {
    const job = this.#slots.plannedJob(id)
    if (job !== -1 || parseAddress(id)?.output === undefined) return job
    const slot = this.#slots.plannedArtifact(id)
    if (slot === -1) return -1
    const { firstJob, firstArtifact, artifactsPerJob } = this.#geometry.blockOfArtifact(slot)
    return firstJob + Math.floor((slot - firstArtifact) / artifactsPerJob)
  }

  #familyNamed(name: string): Family | undefined {
    return this.#geometry.families.find(({ producer }) => producer.name === name)
  }
}

/** The rows of a job as a part of what is told of it; nothing when it is made from none. */
export function rowsPart(shape: RunShape | undefined, id: string): { readonly rows?: readonly RowPlace[] } {
  const rows = shape?.rowsOf(id) ?? []
  return rows.length === 0 ? {} : { rows }
}

/** The shape of a run of this plan; it grows with it. */
export const shapeOfPlan = ({ geometry, blueprint }: Plan): RunShape =>
  new RunShape(geometry, blueprint.loops)

function inputOf(loop: LoopSpec | undefined): string | undefined {
  if (loop?.type !== 'over' || loop.over.type !== 'input') return undefined
  return [loop.over.input, ...loop.over.path].join('.')
}
