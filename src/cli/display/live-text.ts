import { createLogUpdate } from 'log-update'
import wrapAnsi from 'wrap-ansi'

/** Text at the end of a terminal that is replaced as it changes. */
export interface LiveText {
  show(text: string): void
  clear(): void
  /** The text stays, and the next one goes below it. */
  done(): void
}

const ERASE_LINE = '\u001b[2K'
const ERASE_LINE_ABOVE = `\u001b[1A${ERASE_LINE}`

type Terminal = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'write'> & NodeJS.WritableStream

/**
 * log-update counts the lines that it wrote, and a terminal that became narrower has folded them into more: those are
 * erased here, or they would stay above the text.
 */
export function liveText(stream: Terminal): LiveText {
  const update = createLogUpdate(stream as NodeJS.WriteStream)
  let shown: { readonly lines: readonly string[]; readonly columns: number } | undefined

  function clear(): void {
    update.clear()
    const more =
      shown === undefined || stream.columns >= shown.columns ? 0 : foldedCount(shown.lines, stream.columns)
    if (more > 0) stream.write(ERASE_LINE_ABOVE.repeat(more))
    shown = undefined
  }

  return {
    show(text) {
      if (shown !== undefined && stream.columns < shown.columns) clear()
      update(text)
      const { columns } = stream
      shown = { lines: wrapped(text, columns).slice(1 - stream.rows), columns }
    },
    clear,
    done() {
      update.done()
      shown = undefined
    },
  }
}

const wrapped = (text: string, columns: number): string[] =>
  wrapAnsi(text, columns, { trim: false, hard: true, wordWrap: false }).split('\n')

/** How many lines more they take in a terminal of so many columns. */
const foldedCount = (lines: readonly string[], columns: number): number =>
  lines.reduce((sum, line) => sum + wrapped(line, columns).length - 1, 0)
