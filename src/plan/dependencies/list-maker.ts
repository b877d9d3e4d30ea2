import type { Family } from '../geometry/family.js'

/**
 * The job that makes a list which is not known yet: that of the loop in this dimension of the family, inside `indices`;
 * after its last dimension, that of a loop which one of its outputs is spread over. -1 when no job does.
 */
export type ListMaker = (family: Family, dimension: number, indices: readonly number[]) => number

/**
 * The job that decides whether an element counts, in a loop that goes on until enough are accepted: that of the loop in
 * this dimension of the family, inside `indices`.
 */
export type DecidingJob = (
  family: Family,
  dimension: number,
  indices: readonly number[],
  index: number,
) => number
