import type { LoopSpec } from '../../blueprint/blueprint.js'
import { Table } from '../../blueprint/inputs/table.js'
import type { ElementName, MovieId, RunId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { LoopLists } from '../../plan/geometry/loop-lists.js'
import { alignElements, type ElementDigests } from '../../plan/identity/align-elements.js'
import { elementDigests, pathsRead } from '../../plan/identity/element-digests.js'
import type { ElementKeys } from '../../plan/identity/element-keys.js'
import type { Plan } from '../../plan/plan.js'
import type { Store } from '../../storage/store.js'
import { type MovieLayout, readLayout } from '../movie/movie-layout.js'
import { recordedElements } from '../movie/recorded-elements.js'
import { RecordRedaction } from '../run/record-redaction.js'

interface AlignmentParts {
  readonly store: Store
  readonly movieId: MovieId
  readonly plan: Plan
  readonly lastRun: RunId
  readonly layout: MovieLayout | undefined
}

/** Names what belongs to no element any more: its position in the list of that run. No key and no position is like it. */
const orphanName = (position: ElementName, run: RunId): string => `@${position} of ${run}`
const ORPHAN = /^@(\d+) of ([\w-]+)$/

/** Where the elements of loops are now that had a name in the last run. Lists are compared as runs record them. */
export class LoopAlignments {
  readonly #parts: AlignmentParts
  readonly #redaction = new RecordRedaction(process.env)
  readonly #known = new Map<string, Promise<LoopAlignment>>()
  readonly #orphans = new Map<string, Promise<readonly string[]>>()

  constructor(parts: AlignmentParts) {
    this.#parts = parts
  }

  /** What names an element of the loop `now` that was called `name` in the loop `before`. */
  async nameNow(before: string | undefined, now: string, name: ElementName): Promise<ElementName> {
    const { layout, plan, lastRun } = this.#parts
    const newLoop = plan.blueprint.loops.get(now)
    const oldLoop = before === undefined ? undefined : layout?.loops.get(before)
    // Lists that are made, or that stand inside elements of others, are recorded in no run's inputs.
    if ([newLoop, oldLoop].some(loop => loop?.isGrown || (loop?.parents.length ?? 0) > 0)) return name
    const orphan = typeof name === 'string' ? ORPHAN.exec(name) : null
    if (newLoop?.type !== 'over') return oldLoop?.type === 'over' ? orphanName(name, lastRun) : name
    if (oldLoop?.type !== 'over') return orphan ? name : orphanName(name, lastRun)
    const hasSameKey = JSON.stringify(oldLoop.key) === JSON.stringify(newLoop.key)
    if (newLoop.key !== undefined && hasSameKey && orphan === null) return name
    const alignment = await this.#alignment(before!, oldLoop, newLoop)
    if (orphan !== null) {
      const digests = await this.#recordedIn(before!, orphan[2] as RunId)
      return alignment.nameOfReturned(digests[Number(orphan[1])]) ?? name
    }
    return alignment.nameNow(name) ?? orphanName(alignment.positionOf(name) ?? name, lastRun)
  }

  async #alignment(before: string, oldLoop: OverLoop, newLoop: OverLoop): Promise<LoopAlignment> {
    const { layout, plan } = this.#parts
    const pair = `${before} ${newLoop.name}`
    const align = async () => {
      const paths = pathsRead(plan.blueprint, newLoop.name)
      const old = elementDigests(await this.#recorded(this.#parts.lastRun, oldLoop), paths)
      const now = elementDigests(this.#current(plan.geometry.lists.get(newLoop.name)!, newLoop), paths)
      return new LoopAlignment(old, now, layout!.keys.get(before), plan.keys.get(newLoop.name))
    }
    const known = this.#known.get(pair) ?? align()
    this.#known.set(pair, known)
    return await known
  }

  async #recorded(run: RunId, loop: LoopSpec): Promise<JsonValue[]> {
    const elements: JsonValue[] = []
    for await (const element of recordedElements(this.#parts.store, this.#parts.movieId, run, loop))
      elements.push(element ?? null)
    return elements
  }

  /** The elements of a list as the record of this run has them, without secrets. */
  #current(lists: LoopLists, { over }: OverLoop): JsonValue[] {
    const rows = lists.at([])?.elements ?? []
    const isSecret = over.type === 'input' && this.#redaction.isSecretName(over.input)
    const list = rows instanceof Table ? rows.slice(0, rows.length) : rows
    return list.map(row => {
      const text = JSON.stringify(this.#redaction.value(row, isSecret))
      return JSON.parse(this.#redaction.text(text)) as JsonValue
    })
  }

  /** Digests of the elements that a loop had in an earlier run; empty when its record is gone. */
  async #recordedIn(loop: string, run: RunId): Promise<readonly string[]> {
    const read = async () => {
      const spec = (await readLayout(this.#parts.store, this.#parts.movieId, run))?.loops.get(loop)
      return spec === undefined ? [] : elementDigests(await this.#recorded(run, spec), [[]]).whole
    }
    const known = this.#orphans.get(`${loop} ${run}`) ?? read()
    this.#orphans.set(`${loop} ${run}`, known)
    return await known
  }
}

type OverLoop = Extract<LoopSpec, { type: 'over' }>

class LoopAlignment {
  readonly #toNew: Int32Array
  readonly #oldKeys: ElementKeys | undefined
  readonly #newKeys: ElementKeys | undefined
  /** Elements that the older list did not have, by their digest; -1 for several. */
  readonly #new = new Map<string, number>()

  constructor(
    old: ElementDigests,
    now: ElementDigests,
    oldKeys: ElementKeys | undefined,
    newKeys: ElementKeys | undefined,
  ) {
    this.#toNew = alignElements(old, now)
    this.#oldKeys = oldKeys
    this.#newKeys = newKeys
    const found = new Set(this.#toNew)
    now.whole.forEach((digest, position) => {
      if (!found.has(position)) this.#new.set(digest, this.#new.has(digest) ? -1 : position)
    })
  }

  /** In the older list; undefined for a name that is none of it. */
  positionOf(name: ElementName): number | undefined {
    const isKey = typeof name === 'string'
    if (isKey !== (this.#oldKeys !== undefined)) return undefined
    const position = isKey ? this.#oldKeys!.find(name) : name
    return position >= 0 && position < this.#toNew.length ? position : undefined
  }

  nameNow(name: ElementName): ElementName | undefined {
    const position = this.positionOf(name)
    return position === undefined ? undefined : this.#nameAt(this.#toNew[position]!)
  }

  nameOfReturned(digest: string | undefined): ElementName | undefined {
    return digest === undefined ? undefined : this.#nameAt(this.#new.get(digest) ?? -1)
  }

  #nameAt(position: number): ElementName | undefined {
    return position === -1 ? undefined : (this.#newKeys?.at(position) ?? position)
  }
}
