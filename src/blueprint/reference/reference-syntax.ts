import type { JsonPath } from '../../model/json.js'
import type { Selector } from './selector.js'

/** What stands in square brackets: a selector, or a key of a JSON object (`["odd key"]`). */
export type Bracket = Selector | { readonly type: 'key'; readonly key: string }

interface SyntaxBase {
  /** As written, with `${` and `}`. */
  readonly source: string
  readonly isOptional: boolean
}

/**
 * One `${…}` as its text says, before names are looked up. Which of the brackets after an output are
 * selectors and which go into its JSON depends on the output's loops, so they are kept apart from `path`.
 */
export type ReferenceSyntax =
  | (SyntaxBase & { readonly type: 'input'; readonly input: string; readonly path: JsonPath })
  | (SyntaxBase & { readonly type: 'index'; readonly loop: string })
  | (SyntaxBase & { readonly type: 'element'; readonly loop: string; readonly path: JsonPath })
  | (SyntaxBase & {
      readonly type: 'artifact'
      readonly producer: string
      readonly selectors: readonly Bracket[]
      readonly output: string
      readonly brackets: readonly Bracket[]
      readonly path: JsonPath
    })
