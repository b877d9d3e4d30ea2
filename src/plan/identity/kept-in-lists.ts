import type { Blueprint, LoopSpec, ProducerSpec } from '../../blueprint/blueprint.js'
import type { RowList } from '../../blueprint/inputs/table.js'
import { Table } from '../../blueprint/inputs/table.js'
import {
  type ArtifactId,
  artifactId,
  type ElementMoves,
  type ElementName,
  type JobId,
  jobId,
  type ListName,
  type RunId,
} from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { LoopList } from '../geometry/loop-lists.js'
import { positionIn } from '../growth/parent-indices.js'
import { elementDigests, pathsRead } from './element-digests.js'
import type { ElementKeys } from './element-keys.js'
import { LoopAlignment } from './loop-alignment.js'
import { orphanName, readOrphanName } from './orphan-name.js'

/** An artifact of a job of which something is kept. */
export interface KeptArtifact {
  readonly output: string
  /** Of the output's own loops. */
  elements: readonly ElementName[]
  /** A user has pinned, edited or judged it; otherwise it only goes with its job. */
  readonly isKept: boolean
}

/** A job of which something is kept, by the names that it has now. */
export interface KeptJob {
  readonly producer: ProducerSpec
  elements: readonly ElementName[]
  readonly artifacts: readonly KeptArtifact[]
}

/** A list as it was when jobs were last made for its elements. */
export interface OldList {
  /** Undefined when nobody knows them any more. */
  readonly elements: readonly JsonValue[] | undefined
  readonly keys: ElementKeys | undefined
  /** The loop has the key that it had, or had none and has none. */
  readonly hasSameKey: boolean
}

interface Place {
  readonly name: ListName
  readonly jobs: Set<KeptJob>
  old: OldList | undefined
}

/** What a list has become. */
interface Expanded {
  readonly loop: LoopSpec
  readonly parents: readonly ElementName[]
  /** Undefined when the loop cannot run over it. */
  readonly list: LoopList | undefined
  /** It is what it was. */
  readonly isSame: boolean
}

/**
 * What is kept (pins, edits, decisions of a review, checkpoints) for elements of lists that jobs make. When such a list
 * is known it is aligned with the one before, and what is kept follows its element, or stays without one. Changes as
 * the lists become known.
 */
export class KeptInLists {
  readonly #blueprint: Blueprint
  readonly #lastRun: RunId
  readonly #places = new Map<string, Place>()

  constructor(blueprint: Blueprint, lastRun: RunId) {
    this.#blueprint = blueprint
    this.#lastRun = lastRun
  }

  get isEmpty(): boolean {
    return this.#places.size === 0
  }

  /** @param old the list before, of a list in which the job is */
  add(job: KeptJob, [loop, ...parents]: ListName, old: OldList | undefined): void {
    const place = this.#placeOf([loop, ...parents])
    place.jobs.add(job)
    place.old ??= old
  }

  /** The new names that follow from a list; undefined when there are none. */
  moves(
    loop: LoopSpec,
    parents: readonly ElementName[],
    list: LoopList | undefined,
    isSame: boolean,
  ): ElementMoves | undefined {
    const place = this.#places.get(expansionKey(loop.name, parents))
    if (place === undefined) return undefined
    const expanded = { loop, parents, list, isSame }
    const nameNow = this.#namesIn(place, expanded)
    const jobs: [JobId, JobId][] = []
    const artifacts: [ArtifactId, ArtifactId][] = []
    const lists = new Map<string, [ListName, ListName]>()
    for (const job of place.jobs) {
      const { loops, name, outputs } = job.producer
      const elements = this.#renamed(loops, job.elements, expanded, nameNow)
      const [from, to] = [jobId(name, job.elements), jobId(name, elements)]
      if (to !== from) jobs.push([from, to])
      for (const artifact of job.artifacts) {
        const all = [...loops, ...(outputs.get(artifact.output)?.loops ?? [])]
        const before = [...job.elements, ...artifact.elements]
        const now = this.#renamed(all, before, expanded, nameNow)
        for (const [was, is] of this.#movedLists(all, before, now, loop.name))
          lists.set(JSON.stringify(was), [was, is])
        const own = now.slice(loops.length)
        const [was, is] = [
          artifactId(from, artifact.output, artifact.elements),
          artifactId(to, artifact.output, own),
        ]
        if (was !== is && (artifact.isKept || to !== from)) artifacts.push([was, is])
        if (artifact.isKept || to !== from) artifact.elements = own
      }
      for (const [was, is] of this.#movedLists(loops, job.elements, elements, loop.name))
        lists.set(JSON.stringify(was), [was, is])
      job.elements = elements
    }
    this.#rename([...lists.values()])
    if (jobs.length === 0 && artifacts.length === 0) return undefined
    const known = [...lists.values()].filter(([, is]) => !is.some(part => readOrphanName(part) !== undefined))
    return { jobs, artifacts, ...(known.length > 0 && { lists: known }) }
  }

  #placeOf(name: ListName): Place {
    const [loop, ...parents] = name
    const key = expansionKey(loop, parents)
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place: Place = { name, jobs: new Set(), old: undefined }
    this.#places.set(key, place)
    return place
  }

  #namesIn({ old }: Place, { loop, list, isSame }: Expanded): (name: ElementName) => ElementName {
    if (loop.type === 'count') return name => name
    let alignment: LoopAlignment | undefined
    const align = () => {
      const paths = pathsRead(this.#blueprint, loop.name)
      const digested = (elements: readonly JsonValue[], keys: ElementKeys | undefined) => ({
        digests: elementDigests(elements, paths),
        keys,
      })
      // Of a list that is what it was, an element may still be new to what was kept without one.
      const before = isSame ? [] : (old?.elements ?? [])
      alignment ??= new LoopAlignment(
        digested(before, old?.keys),
        digested(list === undefined ? [] : allOf(list.elements ?? []), list?.keys),
      )
      return alignment
    }
    return name => {
      const orphan = readOrphanName(name)
      const isKey = typeof name === 'string' && list?.keys !== undefined
      if (isKey && (orphan === undefined || list.keys!.find(name) !== -1) && old?.hasSameKey !== false)
        return name
      if (orphan !== undefined) return align().nameOfReturned(orphan.digest) ?? name
      if (isSame || (typeof name === 'string' && old?.hasSameKey === true)) return name
      return align().nameNow(name, this.#lastRun)
    }
  }

  #renamed(
    loops: readonly string[],
    names: readonly ElementName[],
    { loop, parents, list }: Expanded,
    nameNow: (name: ElementName) => ElementName,
  ): readonly ElementName[] {
    const at = loops.indexOf(loop.name)
    if (at === -1 || !isEqual(this.#parentsOf(loops, names, at), parents)) return names
    const renamed = names.slice()
    renamed[at] = nameNow(names[at]!)
    if (list !== undefined && positionIn(list, renamed[at]!) !== -1) return renamed
    for (let inner = at + 1; inner < loops.length; inner++)
      if (this.#spec(loops[inner]!).parents.includes(loop.name))
        renamed[inner] = this.#withoutList(loops, names, inner)
    return renamed
  }

  /** What names an element when the list that it is in is gone with the element around it. */
  #withoutList(loops: readonly string[], names: readonly ElementName[], at: number): ElementName {
    const name = names[at]!
    const loop = this.#spec(loops[at]!)
    if (typeof name === 'string' || loop.type === 'count') return name
    const place = this.#places.get(expansionKey(loop.name, this.#parentsOf(loops, names, at)))
    const element = place?.old?.elements?.[name]
    const digest = element === undefined ? undefined : elementDigests([element], [[]]).whole[0]
    return orphanName(name, this.#lastRun, digest)
  }

  /** The lists inside an element that has another name now. */
  *#movedLists(
    loops: readonly string[],
    before: readonly ElementName[],
    now: readonly ElementName[],
    loop: string,
  ): Generator<readonly [ListName, ListName]> {
    for (const [at, inner] of loops.entries()) {
      if (!this.#spec(inner).parents.includes(loop)) continue
      const [from, to] = [this.#parentsOf(loops, before, at), this.#parentsOf(loops, now, at)]
      if (!isEqual(from, to))
        yield [
          [inner, ...from],
          [inner, ...to],
        ]
    }
  }

  #rename(lists: readonly (readonly [ListName, ListName])[]): void {
    const moving = lists.flatMap(([[loop, ...parents], now]) => {
      const key = expansionKey(loop, parents)
      const place = this.#places.get(key)
      this.#places.delete(key)
      return place === undefined ? [] : [{ place, now }]
    })
    for (const { place, now } of moving) {
      const [loop, ...parents] = now
      this.#places.set(expansionKey(loop, parents), { ...place, name: now })
    }
  }

  #spec(loop: string): LoopSpec {
    return this.#blueprint.loops.get(loop)!
  }

  #parentsOf(loops: readonly string[], names: readonly ElementName[], at: number): ElementName[] {
    return this.#spec(loops[at]!).parents.map(parent => names[loops.indexOf(parent)]!)
  }
}

const allOf = (rows: RowList): readonly JsonValue[] =>
  rows instanceof Table ? rows.slice(0, rows.length) : rows

const isEqual = (left: readonly ElementName[], right: readonly ElementName[]): boolean =>
  left.length === right.length && left.every((name, at) => name === right[at])
