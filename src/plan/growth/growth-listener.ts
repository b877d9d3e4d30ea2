import type { ElementMoves } from '../../model/id.js'
import type { Expansion, ListError } from '../../model/movie/expansion.js'
import type { Block } from '../geometry/block.js'
import type { MovesInList } from '../identity/moves-in-list.js'

/** Who is told what lists lead to that become known during a run. */
export interface GrowthListener {
  /** Absent: nothing is kept for elements of lists. */
  readonly movesIn?: MovesInList | undefined
  /** In the order in which it is to be recorded. Not called for what the movie knows already. */
  expanded(expansion: Expansion, moved: ElementMoves | undefined): void
  /** Also for what the movie knows already. */
  failed(error: ListError): void
  /** A loop with `until` has spent all its attempts with too few accepted. */
  short(error: ListError): void
  /** Jobs have become known: they take over what the movie holds of them, and may be made. */
  added(block: Block): void
}
