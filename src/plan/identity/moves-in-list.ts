import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { ElementMoves, ElementName } from '../../model/id.js'
import type { LoopList } from '../geometry/loop-lists.js'

/**
 * The new names that follow from a list that a job has made, of what is kept for elements of the list before.
 * @param parents the elements of the loops around it
 * @param list undefined when the loop cannot run over it
 * @param isSame the movie knows the list already
 * @returns undefined when there are none
 */
export type MovesInList = (
  loop: LoopSpec,
  parents: readonly ElementName[],
  list: LoopList | undefined,
  isSame: boolean,
) => ElementMoves | undefined
