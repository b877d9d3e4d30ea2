import type { LoopSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import { parseAddress } from '../../model/artifact-address.js'
import {
  type ArtifactId,
  artifactId,
  type ElementMoves,
  type ElementName,
  type JobId,
  jobId,
  type ListName,
  type MovieId,
} from '../../model/id.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import { type KeptArtifact, KeptInLists, type KeptJob } from '../../plan/identity/kept-in-lists.js'
import type { MovesInList } from '../../plan/identity/moves-in-list.js'
import { readOrphanName } from '../../plan/identity/orphan-name.js'
import type { Plan } from '../../plan/plan.js'
import { partsOf } from '../../plan/up-to-date/made-before.js'
import type { Store } from '../../storage/store.js'
import { readLayout } from '../movie/movie-layout.js'
import { ElementNames, type ElementPath, keyTemplateOf } from './element-names.js'
import { keptJobs } from './kept-jobs.js'
import { RecordedLists, type RecordedMovie } from './recorded-lists.js'

/** Where the elements are for which something is kept. */
export interface FollowedElements {
  /** Names that are others in the plan's lists than in those of the last run. */
  readonly moved?: ElementMoves
  /** For what waits for lists that jobs make. */
  readonly movesInList?: MovesInList
}

/**
 * Follows the elements for which something is kept (pins, edits, reviews, checkpoints, feedback, requests to regenerate) to where
 * they stand in the plan's lists. What belongs to no element any more gets a name that no element has.
 */
export async function followElements(
  store: Store,
  { movieId, plan }: { readonly movieId: MovieId; readonly plan: Plan },
  movie: MovieState,
): Promise<FollowedElements> {
  const kept = keptJobs(movie)
  const lastRun = movie.lastRun?.runId
  if (kept.size === 0 || lastRun === undefined) return {}
  const layout = await readLayout(store, movieId, lastRun)
  const isSame = layout?.planHash === plan.hash
  if (isSame && !plan.geometry.canGrow) return {}
  const follower = new Follower({ store, movieId, movie, lastRun, layout }, plan, isSame)
  for (const [job, artifacts] of kept) await follower.follow(job, artifacts)
  return follower.followed()
}

class Follower {
  readonly #recorded: RecordedMovie
  readonly #plan: Plan
  readonly #old: RecordedLists
  readonly #names: ElementNames
  readonly #inLists: KeptInLists
  readonly #jobs: [JobId, JobId][] = []
  readonly #artifacts: [ArtifactId, ArtifactId][] = []
  readonly #lists = new Map<string, [ListName, ListName]>()

  constructor(recorded: RecordedMovie, plan: Plan, isSame: boolean) {
    this.#recorded = recorded
    this.#plan = plan
    this.#old = new RecordedLists(recorded)
    this.#names = new ElementNames(recorded, this.#old, plan, isSame)
    this.#inLists = new KeptInLists(plan.blueprint, recorded.lastRun)
  }

  followed(): FollowedElements {
    const lists = [...this.#lists.values()]
    const moved = {
      jobs: this.#jobs,
      artifacts: this.#artifacts,
      ...(lists.length > 0 && { lists }),
    }
    return {
      ...(this.#jobs.length + this.#artifacts.length > 0 && { moved }),
      ...(!this.#inLists.isEmpty && {
        movesInList: (...list: Parameters<MovesInList>) => this.#inLists.moves(...list),
      }),
    }
  }

  async follow(job: JobId, kept: readonly ArtifactId[]): Promise<void> {
    const address = parseAddress(job)
    const family = this.#plan.families.find(({ producer }) => producer.name === address?.producer)
    if (address === undefined || family === undefined) return
    const { producer } = family
    const before = this.#recorded.layout?.families.find(each => each.producer.name === producer.name)
    const walk = { before: before?.producer.loops, now: producer.loops, names: address.elements }
    if (!isAlike(walk)) return
    const elements = await this.#names.walk(walk)
    const waits = [{ walk, names: elements }]
    const newJob = jobId(producer.name, elements)
    if (newJob !== job) this.#jobs.push([job, newJob])
    const made = before === undefined ? [] : this.#artifactsOf(job, before)
    const artifacts: KeptArtifact[] = []
    for (const id of new Set([...made, ...kept])) {
      const { output = '', outputElements } = parseAddress(id)!
      const isKept = kept.includes(id)
      const ofOutput = withOutput(walk, outputElements, [before?.producer, producer], output)
      const names = isAlike(ofOutput) ? await this.#names.walk(ofOutput) : ofOutput.names
      const own = names.slice(producer.loops.length)
      const newId = artifactId(newJob, output, own)
      if (newId !== id && (isKept || newJob !== job)) this.#artifacts.push([id, newId])
      artifacts.push({ output, elements: own, isKept })
      if (isKept && isAlike(ofOutput)) waits.push({ walk: ofOutput, names })
    }
    const keptJob = { producer, elements, artifacts }
    for (const wait of waits) await this.#await(keptJob, wait.walk, wait.names)
  }

  /** The job waits for the lists that jobs make, of these loops. */
  async #await(
    job: KeptJob,
    { before, now, names }: ElementPath,
    newNames: readonly ElementName[],
  ): Promise<void> {
    for (const [at, loop] of now.entries()) {
      if (!this.#loop(loop).isGrown) continue
      const parents = this.#parentsOf(now, newNames, at)
      const oldLoop = this.#old.loop(before?.[at])
      if (oldLoop?.isGrown !== true) {
        this.#inLists.add(job, [loop, ...parents], undefined)
        continue
      }
      const oldParents = oldLoop.parents.map(parent => names[before!.indexOf(parent)]!)
      this.#inLists.add(job, [loop, ...parents], {
        elements: await this.#old.elements(oldLoop.name, oldParents),
        keys: this.#old.keys(oldLoop.name, oldParents),
        hasSameKey: keyTemplateOf(oldLoop) === keyTemplateOf(this.#loop(loop)),
      })
      this.#moveList([oldLoop.name, ...oldParents], [loop, ...parents])
    }
  }

  #moveList(from: ListName, to: ListName): void {
    const [loop, ...parents] = from
    const isThere = this.#recorded.movie.expansions.has(expansionKey(loop, parents))
    const isGone = to.some(part => readOrphanName(part) !== undefined)
    if (!isThere || isGone || JSON.stringify(from) === JSON.stringify(to)) return
    this.#lists.set(JSON.stringify(from), [from, to])
  }

  #parentsOf(loops: readonly string[], names: readonly ElementName[], at: number): ElementName[] {
    return this.#loop(loops[at]!).parents.map(parent => names[loops.indexOf(parent)]!)
  }

  #loop(name: string): LoopSpec {
    return this.#plan.blueprint.loops.get(name)!
  }

  /** Those that there are. */
  #artifactsOf(job: JobId, family: Family): ArtifactId[] {
    const { layout, movie } = this.#recorded
    const place = layout!.createSlots().plannedJob(job)
    if (place === -1) return []
    return partsOf(family, place, true)
      .map(part => `${job}.${part}` as ArtifactId)
      .filter(id => {
        const slot = movie.slots.knownArtifact(id)
        return slot !== -1 && movie.artifactHashes.has(slot)
      })
  }
}

/** Where the loops are others than they were, nothing of it is in the plan. */
const isAlike = ({ before, now, names }: ElementPath): boolean =>
  names.length === now.length && (before === undefined || before.length === now.length)

/** An artifact's loops: those of its job, and then those of the output. */
function withOutput(
  { before, now, names }: ElementPath,
  outputElements: readonly ElementName[],
  [producerBefore, producer]: readonly [ProducerSpec | undefined, ProducerSpec],
  output: string,
): ElementPath {
  const loopsIn = (of: ProducerSpec | undefined) => of?.outputs.get(output)?.loops ?? []
  return {
    before: before && [...before, ...loopsIn(producerBefore)],
    now: [...now, ...loopsIn(producer)],
    names: [...names, ...outputElements],
  }
}
