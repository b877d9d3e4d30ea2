import { Composer, type Document, LineCounter, type YAMLError } from 'yaml'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path, Position } from '../../diagnostics/place.js'
import type { JsonValue } from '../../model/json.js'
import { NESTING_LIMIT } from '../blueprint-limits.js'
import { locateInYaml } from './locate-in-yaml.js'
import { readYamlTokens } from './yaml-tokens.js'
import { YamlValueReader } from './yaml-value.js'

export interface SourceText {
  /** `undefined`: nothing can be said about the content. */
  readonly value: JsonValue | undefined
  /** What is wrong so far; finds the places of further mistakes. */
  readonly book: MistakeBook
}

/**
 * Reads one YAML document (JSON is YAML) as plain JSON, with the places of its values. The core schema of
 * YAML 1.2: no tags, no merge keys, `yes` and `on` are text.
 */
export function readYaml(source: string, options: { file?: string | undefined } = {}): SourceText {
  const lines = new LineCounter()
  const book = new MistakeBook(options.file)
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const report = (offset: number, path: Path, message: string) => book.addAt(position(offset), path, message)
  const unreadable: SourceText = { value: undefined, book }

  const structure = readYamlTokens(source, lines)
  if (structure.state !== 'read') {
    report(
      structure.offset,
      [],
      structure.state === 'tooDeep'
        ? `There are more than ${NESTING_LIMIT} levels of nesting.`
        : 'There are too many values. Put large data into inputs: -i rows=@file.csv',
    )
    return unreadable
  }
  const [document, second] = [...composer().compose(structure.tokens, true, source.length)]
  if (second) report(second.range[0], [], 'A second document starts here; a file holds one.')
  if (!document) return unreadable
  for (const fault of oncePerLine([...document.errors, ...document.warnings], lines))
    report(fault.pos[0], [], faultMessage(fault, source))
  if (!book.isEmpty) return unreadable
  book.locateWith((path, at) => position(locateInYaml(document as Document, source, path, at)))
  const reader = new YamlValueReader(report, offset => position(offset).line)
  return { value: reader.read(document.contents), book }
}

/** Duplicate keys are found by the value reader: the composer compares each key with all before it. */
function composer(): Composer {
  return new Composer({
    schema: 'core',
    version: '1.2',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  })
}

/** One slip makes several faults in its line; the first one says it best. */
function oncePerLine(faults: readonly YAMLError[], lines: LineCounter): YAMLError[] {
  const seen = new Set<number>()
  return faults.filter(({ pos }) => {
    const { line } = lines.linePos(pos[0])
    return !seen.has(line) && seen.add(line)
  })
}

function faultMessage({ code, message, pos }: YAMLError, source: string): string {
  const text = message.split('\n', 1)[0]!.replace(/[.:]$/, '')
  const lineEnd = source.indexOf('\n', pos[0])
  const line = source.slice(source.lastIndexOf('\n', pos[0] - 1) + 1, lineEnd === -1 ? undefined : lineEnd)
  if (code === 'TAG_RESOLVE_FAILED')
    return `${text}. Tags are not used here; quote a text that starts with "!".`
  if (/[[{,:]\s*\$\{/.test(line)) return `${text}. Put a text with \${…} in quotes.`
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return `${text}. Put a text with ": " in quotes, or fix the indentation.`
  if (code === 'TAB_AS_INDENT') return `${text}. Indent with spaces.`
  return `${text}.`
}
