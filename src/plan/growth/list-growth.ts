import type { ArtifactReference, LoopSpec, UntilSpec } from '../../blueprint/blueprint.js'
import type { ElementName } from '../../model/id.js'
import type { Family } from '../geometry/family.js'
import type { ListReading } from '../geometry/loop-lists.js'

/** A loop that has its lists from a producer. */
export interface GrownLoop {
  readonly loop: LoopSpec
  readonly source: ArtifactReference
  readonly maker: Family
  /** Place of the output among the maker's. */
  readonly output: number
  /** Where the maker's loops, and then those of its output, stand among the loop's parents. */
  readonly parentsAt: readonly number[]
}

/** A list that a job makes. */
export interface MadeList {
  readonly grown: GrownLoop
  readonly loop: LoopSpec
  /** The indices of the loops around it. */
  readonly parents: readonly number[]
  readonly job: number
  /** The artifact that it is, or is a part of. */
  readonly slot: number
}

/** A loop with `until`. */
export type UntilLoop = LoopSpec & { readonly until: UntilSpec }

/** A loop with `until`, and the family whose jobs decide which of its elements are accepted. */
export interface UntilRule {
  readonly loop: UntilLoop
  readonly family: Family
  /** Place of the output that decides among the family's; undefined: whether the job has succeeded. */
  readonly output: number | undefined
}

/** How far a list is whose elements are tried until enough are accepted. */
export interface TrialProgress {
  readonly loop: UntilLoop
  /** The indices of the loops around it. */
  readonly parents: readonly number[]
  /** Elements to be accepted. */
  readonly wanted: number
  /** Elements that have ended. */
  readonly settledCount: number
}

/** Which loops grow, by what, and which lists a job makes. */
export interface ListGrowth {
  readonly loops: readonly GrownLoop[]
  /** Loops with `until`. */
  readonly untils: readonly UntilRule[]
  /** By family, the rule whose elements it makes. */
  readonly candidates: ReadonlyMap<number, UntilRule>
  /** Families whose jobs make lists, or decide how long one is. */
  readonly makers: ReadonlySet<number>
  /** The lists that a job makes, whether it has or not. */
  listsOf(family: Family, job: number): MadeList[]
  /** The loops that run through parts of this one's elements: their lists are known as soon as its list is. */
  innerLoops(loop: string): readonly LoopSpec[]
  /** What names the elements of the loops around a loop, by their indices. */
  namesOf(loop: string, indices: readonly number[]): ElementName[]
  /** The list of an inner loop inside these elements of the loops around it. */
  readInner(loop: LoopSpec, parents: readonly number[]): ListReading
}
