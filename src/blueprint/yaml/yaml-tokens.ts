import { type CST, Lexer, type LineCounter, Parser } from 'yaml'
import { NESTING_LIMIT } from '../blueprint-limits.js'

/** Smallest pieces (a word, a colon, a line end) the YAML parser is given; it needs about 500 bytes for each. */
const YAML_LEXEME_LIMIT = 2_000_000

/** The parser's stack holds the document and a scalar beside the collections. */
const STACK_LIMIT = NESTING_LIMIT + 4

export type YamlTokens =
  | { readonly state: 'read'; readonly tokens: readonly CST.Token[] }
  | { readonly state: 'tooDeep' | 'tooLong'; readonly offset: number }

/**
 * Reads YAML as far as its structure, and gives up before the structure can do harm: what is built from
 * these tokens recurses, and a stack that overflows there can abort the whole process.
 */
export function readYamlTokens(source: string, lines: LineCounter): YamlTokens {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const tokens: CST.Token[] = []
  let lexemeCount = 0
  for (const lexeme of new Lexer().lex(source)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > STACK_LIMIT) return { state: 'tooDeep', offset: parser.offset }
    if (++lexemeCount > YAML_LEXEME_LIMIT) return { state: 'tooLong', offset: parser.offset }
  }
  for (const token of parser.end()) tokens.push(token)
  return { state: 'read', tokens }
}
