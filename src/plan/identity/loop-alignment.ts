import type { ElementName, RunId } from '../../model/id.js'
import { alignElements, type ElementDigests } from './align-elements.js'
import type { ElementKeys } from './element-keys.js'
import { orphanName, shortDigest } from './orphan-name.js'

/** A list as it is aligned with another one. */
export interface DigestedList {
  readonly digests: ElementDigests
  readonly keys: ElementKeys | undefined
}

/** Where the elements of one list are in a newer version of it, by their names. */
export class LoopAlignment {
  readonly #old: DigestedList
  readonly #now: DigestedList
  readonly #toNew: Int32Array
  /** Elements that the older list did not have, by their digest; -1 for several. */
  readonly #new = new Map<string, number>()

  constructor(old: DigestedList, now: DigestedList) {
    this.#old = old
    this.#now = now
    this.#toNew = alignElements(old.digests, now.digests)
    const found = new Set(this.#toNew)
    now.digests.whole.forEach((whole, position) => {
      if (found.has(position)) return
      const digest = shortDigest(whole)
      this.#new.set(digest, this.#new.has(digest) ? -1 : position)
    })
  }

  /** What names an element now. One that is gone gets a name that says where it was, in the list that this run had. */
  nameNow(name: ElementName, run: RunId): ElementName {
    const position = this.#positionOf(name)
    if (position === undefined) return orphanName(name, run, undefined)
    return (
      this.#nameAt(this.#toNew[position]!) ?? orphanName(position, run, this.#old.digests.whole[position])
    )
  }

  /** What names an element that was gone, and is among the new ones. */
  nameOfReturned(digest: string | undefined): ElementName | undefined {
    return digest === undefined ? undefined : this.#nameAt(this.#new.get(shortDigest(digest)) ?? -1)
  }

  /** In the older list; undefined for a name that is none of it. */
  #positionOf(name: ElementName): number | undefined {
    const { keys } = this.#old
    const isKey = typeof name === 'string'
    if (isKey !== (keys !== undefined)) return undefined
    const position = isKey ? keys!.find(name) : name
    return position >= 0 && position < this.#toNew.length ? position : undefined
  }

  #nameAt(position: number): ElementName | undefined {
    return position === -1 ? undefined : (this.#now.keys?.at(position) ?? position)
  }
}
