import { type Expansion, expansionKey } from '../../model/movie/expansion.js'

/** A loop whose elements are tried until enough are accepted. */
export interface TriedLoop {
  readonly loop: string
  /** Elements that were tried, in all its lists. */
  readonly tried: number
  /** Elements that were accepted, in the lists that are done. */
  readonly accepted: number
  /** Lists, and those of them that are done. */
  readonly lists: number
  readonly done: number
}

/** How far the loops are that go on until enough of their elements are accepted, as the log says by now. */
export class LoopTrials {
  readonly #lists = new Map<string, Expansion>()

  take(expansion: Expansion): void {
    const { loop, parents, artifactId } = expansion
    if (artifactId === undefined) this.#lists.set(expansionKey(loop, parents), expansion)
  }

  /** In the order in which they began. */
  get loops(): readonly TriedLoop[] {
    const loops = new Map<string, TriedLoop>()
    for (const { loop, accepted, reached, count = 0, error } of this.#lists.values()) {
      const sum = loops.get(loop) ?? { loop, tried: 0, accepted: 0, lists: 0, done: 0 }
      const isDone = accepted !== undefined || error !== undefined
      loops.set(loop, {
        loop,
        tried: sum.tried + (reached ?? count),
        accepted: sum.accepted + (accepted ?? 0),
        lists: sum.lists + 1,
        done: sum.done + (isDone ? 1 : 0),
      })
    }
    return [...loops.values()]
  }
}
