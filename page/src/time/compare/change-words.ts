import type { ComparedChange } from '../../../../src/ui/page-comparison.ts'

/** In the order in which they are counted. */
export const CHANGE_WORDS: Readonly<Record<ComparedChange, string>> = {
  made: 'made',
  regenerated: 'regenerated',
  byHand: 'changed by hand',
  lost: 'no result any more',
  other: 'another state',
}
