/** Digests of the elements of a list, in its order: of each as a whole, and of what jobs read of it. */
export interface ElementDigests {
  readonly whole: readonly string[]
  readonly read: readonly string[]
}

const NONE = -1

/**
 * Where the elements of a list without keys are in a newer version of it, as a diff would say: equal elements first,
 * wherever they have moved; then elements of which jobs read the same; then, between two neighbours that were found,
 * one changed element in the place of one.
 * @returns by position in the older list, the position in the newer one, or -1
 */
export function alignElements(before: ElementDigests, after: ElementDigests): Int32Array {
  const alignment = new Alignment(before.whole.length, after.whole.length)
  alignment.matchEnds(before.whole, after.whole)
  alignment.matchUnique(before.whole, after.whole)
  alignment.extend(before.whole, after.whole)
  alignment.matchAlike(before.whole, after.whole, 'in order')
  alignment.matchUnique(before.read, after.read)
  alignment.matchAlike(before.read, after.read, 'when as many')
  alignment.matchBetween()
  return alignment.toNew
}

class Alignment {
  readonly toNew: Int32Array
  readonly #toOld: Int32Array

  constructor(oldCount: number, newCount: number) {
    this.toNew = new Int32Array(oldCount).fill(NONE)
    this.#toOld = new Int32Array(newCount).fill(NONE)
  }

  #match(old: number, now: number): void {
    this.toNew[old] = now
    this.#toOld[now] = old
  }

  /** The beginning and the end that both lists have: most edits leave them. */
  matchEnds(before: readonly string[], after: readonly string[]): void {
    const shorter = Math.min(before.length, after.length)
    let head = 0
    for (; head < shorter && before[head] === after[head]; head++) this.#match(head, head)
    for (let tail = 1; tail <= shorter - head; tail++) {
      const [old, now] = [before.length - tail, after.length - tail]
      if (before[old] !== after[now]) return
      this.#match(old, now)
    }
  }

  /** Elements that each list has once. */
  matchUnique(before: readonly string[], after: readonly string[]): void {
    for (const [olds, news] of this.#alike(before, after))
      if (olds.length === 1 && news.length === 1) this.#match(olds[0]!, news[0]!)
  }

  /** Neighbours of elements that were found, as long as they are alike. */
  extend(before: readonly string[], after: readonly string[]): void {
    const isFree = (old: number, now: number) =>
      old >= 0 &&
      now >= 0 &&
      this.toNew[old] === NONE &&
      this.#toOld[now] === NONE &&
      before[old] === after[now]
    for (let old = 0; old < before.length; old++) {
      const now = this.toNew[old]!
      if (now !== NONE && isFree(old + 1, now + 1)) this.#match(old + 1, now + 1)
    }
    for (let old = before.length - 1; old > 0; old--) {
      const now = this.toNew[old]!
      if (now !== NONE && isFree(old - 1, now - 1)) this.#match(old - 1, now - 1)
    }
  }

  /** Those alike that are left. Equal ones are as good as each other; of others nobody knows which is which when some are gone. */
  matchAlike(before: readonly string[], after: readonly string[], how: 'in order' | 'when as many'): void {
    for (const [olds, news] of this.#alike(before, after)) {
      if (how === 'when as many' && olds.length !== news.length) continue
      for (let at = 0; at < Math.min(olds.length, news.length); at++) this.#match(olds[at]!, news[at]!)
    }
  }

  matchBetween(): void {
    const { toNew } = this
    const found = toNew.slice()
    for (let old = 0; old < toNew.length; old++) {
      if (found[old] !== NONE) continue
      const left = old === 0 ? -1 : found[old - 1]!
      const right = old === toNew.length - 1 ? this.#toOld.length : found[old + 1]!
      if (old > 0 && left === NONE) continue
      const isAlone = right - left === 2 && this.#toOld[left + 1] === NONE
      if (isAlone) this.#match(old, left + 1)
    }
  }

  /** Positions that are not matched yet, by what they are alike in; only what both lists have. */
  *#alike(
    before: readonly string[],
    after: readonly string[],
  ): IterableIterator<readonly [readonly number[], readonly number[]]> {
    const olds = freeByDigest(before, this.toNew)
    if (olds.size === 0) return
    const news = freeByDigest(after, this.#toOld)
    for (const [digest, positions] of olds) {
      const others = news.get(digest)
      if (others !== undefined) yield [positions, others]
    }
  }
}

function freeByDigest(digests: readonly string[], matches: Int32Array): Map<string, number[]> {
  const byDigest = new Map<string, number[]>()
  for (let position = 0; position < digests.length; position++) {
    if (matches[position] !== NONE) continue
    const digest = digests[position]!
    const alike = byDigest.get(digest)
    if (alike) alike.push(position)
    else byDigest.set(digest, [position])
  }
  return byDigest
}
