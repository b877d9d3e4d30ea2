import { readFile } from 'node:fs/promises'
import { InputError, type Mistake, type ReviewDecision } from '../../../index.js'
import { noticeWaiting } from '../notice-waiting.js'
import { decisionOf } from './decision-of.js'
import { type DecisionRecord, isNotReadable, recordsOf } from './decision-records.js'

/** A decision, and where it is written. */
export interface PlacedDecision {
  readonly decision: ReviewDecision
  readonly file: string
  /** From 1. */
  readonly line: number
}

/**
 * Reads files of decisions, as `review export` writes them and as editors and spreadsheets give them back: one JSON
 * object a line, a JSON list of them, or a table. Records without a decision are left out.
 * @throws InputError with file and line of everything that cannot be read
 */
export async function readDecisions(files: readonly string[]): Promise<readonly PlacedDecision[]> {
  const decisions: PlacedDecision[] = []
  const mistakes: Mistake[] = []
  for (const file of files) {
    const wrong = (message: string, line?: number) =>
      void mistakes.push({ message, path: '', file, ...(line !== undefined && { line, column: 1 }) })
    const bytes = await noticeWaiting(file, readFile(file)).catch((error: Error) =>
      wrong(`It cannot be read: ${error.message}.`),
    )
    if (bytes === undefined) continue
    for (const record of await recordsOf(bytes)) {
      const read = isNotReadable(record) ? record.mistake : await readRecord(record)
      if (typeof read === 'string') wrong(read, record.line)
      else if (read !== undefined) decisions.push({ decision: read, file, line: record.line })
    }
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return decisions
}

const readRecord = ({ fields, isTable }: DecisionRecord): Promise<ReviewDecision | undefined | string> =>
  decisionOf(fields, isTable)
