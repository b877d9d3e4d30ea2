import { parseAddress } from '../../model/artifact-address.js'
import {
  type ArtifactId,
  artifactId,
  type ElementMoves,
  type ElementName,
  type JobId,
  jobId,
  jobOf,
  type MovieId,
  type RunId,
} from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import { partsOf } from '../../plan/up-to-date/made-before.js'
import type { Store } from '../../storage/store.js'
import { type MovieLayout, readLayout } from '../movie/movie-layout.js'
import { LoopAlignments } from './loop-alignments.js'

/**
 * The new names of jobs of which something is kept (pins, edits, reviews, checkpoints, feedback, requests to regenerate), and whose
 * elements stand elsewhere in their lists since the last run. What belongs to no element any more gets a name that no
 * element has. Undefined when there are none.
 */
export async function elementMoves(
  store: Store,
  movieId: MovieId,
  plan: Plan,
  movie: MovieState,
): Promise<ElementMoves | undefined> {
  const kept = keptJobs(movie)
  const lastRun = movie.lastRun?.runId
  if (kept.size === 0 || lastRun === undefined) return undefined
  const layout = await readLayout(store, movieId, lastRun)
  if (layout?.planHash === plan.hash) return undefined
  const mover = new Mover({ store, movieId, plan, movie, lastRun, layout })
  for (const [job, overridden] of kept) await mover.move(job, overridden)
  return mover.moves()
}

/** With the artifacts that a user has pinned, edited or judged. */
function keptJobs(movie: MovieState): Map<JobId, ArtifactId[]> {
  const { slots } = movie
  const kept = new Map<JobId, ArtifactId[]>()
  const judged = [...movie.reviews].flatMap(([slot, { state }]) => (state === 'waiting' ? [] : [slot]))
  for (const slot of new Set([...movie.overrides.keys(), ...judged])) {
    const id = slots.artifactIdAt(slot)
    const ofJob = kept.get(jobOf(id))
    if (ofJob) ofJob.push(id)
    else kept.set(jobOf(id), [id])
  }
  for (const slot of [...movie.checkpoints.keys(), ...movie.feedback.keys(), ...movie.regenerating]) {
    const id = slots.jobIdAt(slot)
    if (!kept.has(id)) kept.set(id, [])
  }
  return kept
}

interface MoverParts {
  readonly store: Store
  readonly movieId: MovieId
  readonly plan: Plan
  readonly movie: MovieState
  readonly lastRun: RunId
  /** Undefined when the record of the last run is gone: nobody knows then which element a position was. */
  readonly layout: MovieLayout | undefined
}

class Mover {
  readonly #parts: MoverParts
  readonly #alignments: LoopAlignments
  readonly #jobs: [JobId, JobId][] = []
  readonly #artifacts: [ArtifactId, ArtifactId][] = []

  constructor(parts: MoverParts) {
    this.#parts = parts
    this.#alignments = new LoopAlignments(parts)
  }

  moves(): ElementMoves | undefined {
    if (this.#jobs.length === 0 && this.#artifacts.length === 0) return undefined
    return { jobs: this.#jobs, artifacts: this.#artifacts }
  }

  async move(job: JobId, overridden: readonly ArtifactId[]): Promise<void> {
    const { plan, layout, movie } = this.#parts
    const address = parseAddress(job)
    const family = plan.families.find(({ producer }) => producer.name === address?.producer)
    if (address === undefined || family === undefined) return
    const before = layout?.families.find(({ producer }) => producer.name === address.producer)
    const { producer } = family
    const elements = await this.#elements(before?.producer.loops, producer.loops, address.elements)
    if (elements === undefined) return
    const newJob = jobId(producer.name, elements)
    if (newJob !== job) this.#jobs.push([job, newJob])
    const made = (before === undefined ? [] : artifactsOf(job, before, layout!, movie)).filter(
      () => newJob !== job,
    )
    for (const id of new Set([...made, ...overridden])) {
      const newId = await this.#artifact(newJob, id, before, family)
      if (newId !== id) this.#artifacts.push([id, newId])
    }
  }

  async #artifact(
    job: JobId,
    id: ArtifactId,
    before: Family | undefined,
    family: Family,
  ): Promise<ArtifactId> {
    const { output = '', outputElements } = parseAddress(id)!
    const loopsIn = (of: Family | undefined) => of?.producer.outputs.get(output)?.loops
    const loops = loopsIn(family)
    const elements = loops && (await this.#elements(loopsIn(before), loops, outputElements))
    return artifactId(job, output, elements ?? outputElements)
  }

  /** Undefined where the loops are others than they were: nothing of it is in the plan. */
  async #elements(
    before: readonly string[] | undefined,
    loops: readonly string[],
    elements: readonly ElementName[],
  ): Promise<readonly ElementName[] | undefined> {
    if (elements.length !== loops.length || (before !== undefined && before.length !== loops.length))
      return undefined
    const names: ElementName[] = []
    for (const [at, name] of elements.entries())
      names.push(await this.#alignments.nameNow(before?.[at], loops[at]!, name))
    return names
  }
}

/** Those that there are. */
function artifactsOf(
  job: JobId,
  family: Family,
  layout: MovieLayout,
  { slots, artifactHashes }: MovieState,
): ArtifactId[] {
  const place = layout.createSlots().plannedJob(job)
  if (place === -1) return []
  return partsOf(family, place, true)
    .map(part => `${job}.${part}` as ArtifactId)
    .filter(id => {
      const slot = slots.knownArtifact(id)
      return slot !== -1 && artifactHashes.has(slot)
    })
}
