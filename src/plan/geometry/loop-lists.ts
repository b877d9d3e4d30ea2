import type { RowList } from '../../blueprint/inputs/table.js'
import type { ElementKeys } from '../identity/element-keys.js'

/** One list that a loop runs through. */
export interface LoopList {
  readonly length: number
  /** Absent for a loop that only counts. */
  readonly elements?: RowList
  /** Absent where positions name the elements. */
  readonly keys?: ElementKeys
  /** There is none, since the job that was to make it did not; it has no elements then. */
  readonly absence?: ListAbsence
  /** Of a loop with `until`. */
  readonly tried?: TriedList
}

/** Elements that are tried until enough are accepted. Their jobs come in batches. */
export interface TriedList {
  /** The first element of each batch. */
  readonly starts: readonly number[]
  /** More may follow. */
  readonly isOpen: boolean
  /** Those that count, once no more follow: as many as are wanted, or all there are. */
  readonly accepted?: readonly number[]
  /** All attempts are spent, and too few were accepted: the last job that decided. */
  readonly shortage?: ListAbsence
}

/** The first element of the batch that an element is in. */
export function batchStart({ tried }: LoopList, index: number): number {
  if (tried === undefined) return index
  const { starts } = tried
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= index) low = middle
    else high = middle - 1
  }
  return starts[low] ?? 0
}

/** Why a list is not there. */
export interface ListAbsence {
  /** The job that was to make it. */
  readonly job: number
  readonly state: 'failed' | 'skipped'
}

/** A list, or what keeps a value from being one for this loop. */
export type ListReading =
  | { readonly list: LoopList }
  /** What is wrong with it, to follow after its name. */
  | { readonly fault: string }
  /** What is wrong with its keys, as a sentence. */
  | { readonly mistake: string }

type Node = LoopList | Node[] | undefined

/** The lists of one loop that are known so far: one in all, or one for each element of the loops around it. */
export class LoopLists {
  readonly name: string
  /** The loops around it that it depends on, outermost first. */
  readonly parents: readonly string[]
  #root: Node
  #absenceCount = 0

  constructor(name: string, parents: readonly string[]) {
    this.name = name
    this.parents = parents
  }

  /**
   * The list inside these elements of the parents; undefined while it is not known.
   * @param at where the indices of the parents stand in `indices`
   */
  find(indices: readonly number[], at: readonly number[]): LoopList | undefined {
    let node = this.#root
    for (const position of at) {
      if (node === undefined) return undefined
      node = (node as Node[])[indices[position]!]
    }
    return node as LoopList | undefined
  }

  /** @param parents one index for each parent */
  at(parents: readonly number[]): LoopList | undefined {
    let node = this.#root
    for (const index of parents) {
      if (node === undefined) return undefined
      node = (node as Node[])[index]
    }
    return node as LoopList | undefined
  }

  /** Whether none of its lists is known. */
  get isEmpty(): boolean {
    return this.#root === undefined
  }

  /** Whether any of its lists is not there, or too short. */
  get hasAbsences(): boolean {
    return this.#absenceCount > 0
  }

  set(parents: readonly number[], list: LoopList): void {
    if (list.absence !== undefined || list.tried?.shortage !== undefined) this.#absenceCount++
    if (parents.length === 0) {
      this.#root = list
      return
    }
    this.#root ??= []
    let node = this.#root as Node[]
    for (const index of parents.slice(0, -1)) {
      node[index] ??= []
      node = node[index] as Node[]
    }
    node[parents.at(-1)!] = list
  }
}
