import type { Template } from '../../blueprint/blueprint.js'
import { referencesIn } from '../../blueprint/reference/references-in.js'
import type { ArtifactId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { Family } from '../../plan/geometry/family.js'
import { selectJob, selectJobs } from '../../plan/geometry/select-jobs.js'
import { selectAll } from '../../plan/geometry/selection.js'
import type { Plan } from '../../plan/plan.js'
import { digestOf } from '../../plan/up-to-date/content-hash.js'
import type { ArtifactRead } from '../../plan/values/artifact-read.js'
import { TemplateResolver } from '../../plan/values/resolve-template.js'
import { FetchedArtifacts } from './fetched-artifacts.js'
import type { GivenInput, JobInputs, KnownArtifact, RunInputs } from './run-inputs.js'
import { showElements } from './show-elements.js'
import { consumersOf, sourcesOf } from './sources-and-consumers.js'

/** Artifacts that are looked at for one input: a list of a million is shown by its beginning. */
const READS_LIMIT = 100
/** A large text or value is read up to this size to be put into another text. */
const VALUE_LIMIT_BYTES = 4 * 1024 * 1024

/** Fills in the templates of a run's jobs once more. */
export class PlannedInputs implements RunInputs {
  readonly #plan: Plan
  readonly #slots: ReturnType<Plan['createSlots']>
  readonly #readBlob: (blob: BlobRef) => Promise<Uint8Array>

  constructor(plan: Plan, readBlob: (blob: BlobRef) => Promise<Uint8Array>) {
    this.#plan = plan
    this.#slots = plan.createSlots()
    this.#readBlob = readBlob
  }

  async of(
    id: string,
    artifactOf: (id: ArtifactId) => Promise<KnownArtifact | undefined>,
  ): Promise<JobInputs | undefined> {
    const job = this.#slots.plannedJob(id)
    if (job === -1) return undefined
    const family = this.#plan.familyOf(job)
    const indices = family.indicesOf(job)
    const fetched = new FetchedArtifacts(
      slot => artifactOf(this.#slots.artifactIdAt(slot)),
      async blob => (blob.sizeBytes > VALUE_LIMIT_BYTES ? undefined : await this.#readBlob(blob)),
    )
    await showElements(this.#plan, family, indices, fetched)
    const inputs: GivenInput[] = []
    for (const [name, template] of family.producer.with)
      inputs.push(await this.#input(name, template, family, indices, fetched))
    const named = ({ count, jobs }: { readonly count: number; readonly jobs: readonly number[] }) => ({
      count,
      jobs: jobs.map(each => this.#slots.jobIdAt(each)),
    })
    return {
      inputs,
      reads: named(sourcesOf(this.#plan, family, indices)),
      readBy: named(consumersOf(this.#plan, family, job)),
    }
  }

  async #input(
    name: string,
    template: Template,
    family: Family,
    indices: readonly number[],
    fetched: FetchedArtifacts,
  ): Promise<GivenInput> {
    const slots: number[] = []
    for (const reference of referencesIn(template))
      if (reference.type === 'artifact') slots.push(...slotsOf(this.#plan.readOf.get(reference)!, indices))
    await fetched.fetch(slots.slice(0, READS_LIMIT))
    const resolve = () => {
      const resolver = new TemplateResolver(this.#plan, fetched, family, indices)
      const found = resolver.resolve(template, undefined)
      return { ...found, missing: resolver.missing }
    }
    let found = resolve()
    if (found.missing.length > 0) {
      await fetched.load(found.missing)
      found = resolve()
    }
    return {
      name,
      value: found.value as JsonValue | undefined,
      digest: digestOf(found.hash),
      reads: slots.slice(0, READS_LIMIT).map(slot => this.#slots.artifactIdAt(slot)),
      ...(slots.length > READS_LIMIT && { isCut: true }),
    }
  }
}

/** The artifacts that a reference names. */
function slotsOf(read: ArtifactRead, indices: readonly number[]): number[] {
  const jobs = read.jobs.isFanIn
    ? selectJobs(read.producer, read.jobs, indices)
    : [selectJob(read.producer, read.jobs, indices)]
  const slots: number[] = []
  for (const job of jobs) {
    if (job === -1) continue
    const block = read.producer.blockOf(job)
    const output = block.outputs[read.output]!
    const first = block.firstArtifactOf(job) + output.offset
    for (const index of selectAll(read.artifacts, output.extents, indices)) slots.push(first + index)
    if (slots.length > READS_LIMIT) break
  }
  return slots
}
