import { shortened } from '../model/text/shown-value.js'
import { nearestName } from './nearest-name.js'

/** Names that are compared with a misspelt one, at most; longer names are not compared. */
const COMPARED_NAMES = 1_000
export const COMPARED_NAME_LIMIT_CHARS = 200
const LISTED_NAMES = 20

interface UnknownName {
  readonly problem: string
  /** The names there are. */
  readonly list: string
  /** The one that was probably meant. */
  readonly suggestion: string | undefined
}

/** What is said of a name that is not among those there are. */
export function unknownName(what: string, name: string, known: Iterable<string>): UnknownName {
  const names: string[] = []
  for (const candidate of known) {
    if (names.length === COMPARED_NAMES) break
    if (candidate.length <= COMPARED_NAME_LIMIT_CHARS) names.push(candidate)
  }
  const listed = names.slice(0, LISTED_NAMES).join(', ')
  const more = names.length > LISTED_NAMES ? ', …' : '.'
  return {
    problem: `There is no ${what} "${shortened(name)}".`,
    list: names.length === 0 ? 'There are none.' : `There are: ${listed}${more}`,
    suggestion: name.length > COMPARED_NAME_LIMIT_CHARS ? undefined : nearestName(name, names),
  }
}

/** The same as one text. */
export function unknownNameText(what: string, name: string, known: Iterable<string>): string {
  const { problem, list, suggestion } = unknownName(what, name, known)
  return suggestion === undefined ? `${problem} ${list}` : `${problem} Did you mean "${suggestion}"? ${list}`
}
