import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { ElementName, RunId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import { expansionKey } from '../../model/movie/expansion.js'
import { positionIn } from '../../plan/growth/parent-indices.js'
import { elementDigests, pathsRead } from '../../plan/identity/element-digests.js'
import { LoopAlignment } from '../../plan/identity/loop-alignment.js'
import { orphanName, readOrphanName } from '../../plan/identity/orphan-name.js'
import type { Plan } from '../../plan/plan.js'
import { readLayout } from '../movie/movie-layout.js'
import { recordedElements } from '../movie/recorded-elements.js'
import { PlannedLists } from './planned-lists.js'
import type { RecordedLists, RecordedMovie } from './recorded-lists.js'

/** Elements of loops, from the outermost: their names in the last run, and the loops that they are in now. */
export interface ElementPath {
  /** Undefined when the last run did not have them, or its record is gone. */
  readonly before: readonly string[] | undefined
  readonly now: readonly string[]
  readonly names: readonly ElementName[]
}

/** Lists of one loop, in the last run and now. */
interface Place {
  readonly before: string | undefined
  readonly oldParents: readonly ElementName[]
  readonly now: string
  readonly parents: readonly ElementName[]
}

/** What names the elements in a plan's lists that had a name in the last run. */
export class ElementNames {
  readonly #recorded: RecordedMovie
  readonly #plan: Plan
  /** The plan is that of the last run. */
  readonly #isSame: boolean
  readonly #old: RecordedLists
  readonly #new: PlannedLists
  readonly #alignments = new Map<string, Promise<LoopAlignment>>()
  readonly #orphans = new Map<string, Promise<readonly string[]>>()

  constructor(recorded: RecordedMovie, old: RecordedLists, plan: Plan, isSame: boolean) {
    this.#recorded = recorded
    this.#plan = plan
    this.#isSame = isSame
    this.#old = old
    this.#new = new PlannedLists(plan)
  }

  /** What names the elements now, one loop after the other, from the outermost. */
  async walk({ before, now, names }: ElementPath): Promise<readonly ElementName[]> {
    const found: ElementName[] = []
    const gone = new Set<string>()
    for (const [at, loop] of now.entries()) {
      const oldLoop = this.#old.loop(before?.[at])
      const oldParents = oldLoop?.parents.map(parent => names[before!.indexOf(parent)]!) ?? []
      const parents = this.#parentsOf(now, found, at)
      const isInGone = this.#new.loop(loop).parents.some(parent => gone.has(parent))
      const place = { before: before?.[at], oldParents, now: loop, parents }
      const name = isInGone
        ? await this.#withoutList(place, names[at]!)
        : await this.#nameNow(place, names[at]!)
      const list = isInGone ? undefined : this.#new.list(loop, parents)
      const isGone = list === undefined ? readOrphanName(name) !== undefined : positionIn(list, name) === -1
      if (isInGone || isGone) gone.add(loop)
      found.push(name)
    }
    return found
  }

  async #nameNow(place: Place, name: ElementName): Promise<ElementName> {
    const { lastRun } = this.#recorded
    const oldLoop = this.#old.loop(place.before)
    const newLoop = this.#new.loop(place.now)
    const orphan = readOrphanName(name)
    const list = this.#new.list(place.now, place.parents)
    // It is made by a job, which may come later.
    const isPending = list === undefined && oldLoop?.isGrown === true
    if (isPending || this.#isSame) return name
    if (newLoop.type !== 'over') return oldLoop?.type === 'over' ? await this.#withoutList(place, name) : name
    const isKey = newLoop.key !== undefined && typeof name === 'string'
    if (oldLoop?.type !== 'over')
      return orphan || (isKey && oldLoop === undefined) ? name : orphanName(name, lastRun, undefined)
    const hasSameKey = keyTemplateOf(oldLoop) === keyTemplateOf(newLoop)
    if (
      newLoop.key !== undefined &&
      hasSameKey &&
      (orphan === undefined || list?.keys?.find(String(name)) !== -1)
    )
      return name
    if (list === undefined) return await this.#withoutList(place, name)
    const alignment = await this.#alignment(place)
    if (orphan === undefined) return alignment.nameNow(name, lastRun)
    const digest = orphan.digest ?? (await this.#digestIn(place.before!, orphan.run, orphan.position))
    return alignment.nameOfReturned(digest) ?? name
  }

  /** What names an element that is in no list any more. */
  async #withoutList({ before, oldParents }: Place, name: ElementName): Promise<ElementName> {
    const oldLoop = this.#old.loop(before)
    const isKey = typeof name === 'string' && (oldLoop === undefined || keyTemplateOf(oldLoop) !== undefined)
    if (readOrphanName(name) !== undefined || isKey || oldLoop?.type === 'count') return name
    const elements = before === undefined ? undefined : await this.#old.elements(before, oldParents)
    const element = elements?.[Number(name)]
    const digest = element === undefined ? undefined : digestOf(element)
    return orphanName(name, this.#recorded.lastRun, digest)
  }

  async #alignment({ before, oldParents, now, parents }: Place): Promise<LoopAlignment> {
    const pair = `${expansionKey(before!, oldParents)} ${expansionKey(now, parents)}`
    const align = async () => {
      const paths = pathsRead(this.#plan.blueprint, now)
      const old = (await this.#old.elements(before!, oldParents)) ?? []
      return new LoopAlignment(
        { digests: elementDigests(old, paths), keys: this.#old.keys(before!, oldParents) },
        {
          digests: elementDigests(this.#new.elements(now, parents), paths),
          keys: this.#new.list(now, parents)?.keys,
        },
      )
    }
    const known = this.#alignments.get(pair) ?? align()
    this.#alignments.set(pair, known)
    return await known
  }

  /** Of an element that a loop had in an earlier run, as logs of older versions name it; undefined when its record is gone. */
  async #digestIn(loop: string, run: RunId, position: number | undefined): Promise<string | undefined> {
    const { store, movieId } = this.#recorded
    const read = async () => {
      const spec = (await readLayout(store, movieId, run))?.loops.get(loop)
      const elements: JsonValue[] = []
      for await (const element of recordedElements(store, movieId, run, spec)) elements.push(element ?? null)
      return elementDigests(elements, [[]]).whole
    }
    const known = this.#orphans.get(`${loop} ${run}`) ?? read()
    this.#orphans.set(`${loop} ${run}`, known)
    return position === undefined ? undefined : (await known)[position]
  }

  #parentsOf(loops: readonly string[], names: readonly ElementName[], at: number): ElementName[] {
    return this.#new.loop(loops[at]!).parents.map(parent => names[loops.indexOf(parent)]!)
  }
}

export const keyTemplateOf = (loop: LoopSpec): string | undefined =>
  loop.type === 'count' || loop.key === undefined ? undefined : JSON.stringify(loop.key)

const digestOf = (element: JsonValue): string => elementDigests([element], [[]]).whole[0]!
