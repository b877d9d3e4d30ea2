/** How the cells of a text table are told apart. */
export interface CsvDialect {
  readonly delimiter: string
  /** The first line says which delimiter it is (`sep=;`, as Excel writes it), and is no row. */
  readonly hasSeparatorLine: boolean
}

const DELIMITERS = [',', ';', '\t', '|']
const RECORD_LIMIT = 200

/**
 * Finds the delimiter by the first rows of a file. A delimiter that gives every row as many cells as the header
 * is right; where none does, or several do, the header decides, and then what is usual for the file's name. A
 * comma in a text cannot win that way: rows differ in how many they have. Pure.
 */
export function sniffDialect(sample: string, usual: ',' | '\t', isWholeFile: boolean): CsvDialect {
  const said = /^sep=([^\r\n])(?:\r\n|\n|\r)/i.exec(sample)
  if (said) return { delimiter: said[1]!, hasSeparatorLine: true }
  const candidates = [usual, ...DELIMITERS.filter(delimiter => delimiter !== usual)]
  const counts = candidates.map(delimiter => ({
    delimiter,
    cells: cellCounts(sample, delimiter, isWholeFile),
  }))
  const fitting = counts.filter(({ cells }) => cells[0]! > 1 && cells.every(count => count === cells[0]))
  const inHeader = counts.filter(({ cells }) => cells[0]! > 1)
  const best = [...(fitting.length > 0 ? fitting : inHeader)].sort(
    (a, b) =>
      b.cells[0]! - a.cells[0]! || spacesAfter(a.delimiter, sample) - spacesAfter(b.delimiter, sample),
  )[0]
  return { delimiter: best?.delimiter ?? usual, hasSeparatorLine: false }
}

/** A comma with a space after it in the header is rather a part of a name. */
function spacesAfter(delimiter: string, sample: string): number {
  const header = /^[^\r\n]*/.exec(sample)![0]
  return header.split(`${delimiter} `).length - 1
}

/** Cells of each row that is not empty; the first row's is there always. */
function cellCounts(sample: string, delimiter: string, isWholeFile: boolean): number[] {
  const counts: number[] = []
  let cells = 1
  let isQuoted = false
  let isAtStart = true
  let isEmpty = true
  for (let at = 0; at < sample.length && counts.length < RECORD_LIMIT; at++) {
    const char = sample[at]!
    if (char === '"' && delimiter !== '\t' && (isQuoted || isAtStart)) isQuoted = !isQuoted
    else if (!isQuoted && (char === '\n' || char === '\r')) {
      if (!isEmpty) counts.push(cells)
      cells = 1
      isAtStart = isEmpty = true
      continue
    } else if (!isQuoted && char === delimiter) {
      cells++
      isAtStart = true
      isEmpty = false
      continue
    }
    // A quote after a closing quote stands for one in the text.
    isAtStart = char === '"' && !isQuoted
    isEmpty = false
  }
  // The last row of a part of a file may be cut off.
  if (!isEmpty && (isWholeFile || counts.length === 0)) counts.push(cells)
  return counts.length === 0 ? [1] : counts
}
