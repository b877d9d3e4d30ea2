import { readFile } from 'node:fs/promises'
import { InputError, type Mistake, type ReviewDecision } from '../../../index.js'
import { noticeWaiting } from '../notice-waiting.js'

/** A decision, and where it is written. */
export interface PlacedDecision {
  readonly decision: ReviewDecision
  readonly file: string
  /** From 1. */
  readonly line: number
}

const WORDS = ['approve', 'reject', 'edit']

/**
 * Reads files of decisions, one JSON object a line, as `review export` writes them. Lines without a decision are left
 * out.
 * @throws InputError with file and line of every line that cannot be read
 */
export async function readDecisions(files: readonly string[]): Promise<readonly PlacedDecision[]> {
  const decisions: PlacedDecision[] = []
  const mistakes: Mistake[] = []
  for (const file of files) {
    const text = await noticeWaiting(file, readFile(file, 'utf8')).catch((error: Error) => {
      mistakes.push({ message: `It cannot be read: ${error.message}.`, path: '', file })
      return ''
    })
    for (const [at, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue
      const read = await readLine(line)
      if (typeof read === 'string') mistakes.push({ message: read, path: '', file, line: at + 1, column: 1 })
      else if (read !== undefined) decisions.push({ decision: read, file, line: at + 1 })
    }
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return decisions
}

/** A decision; undefined when the line has none; a text that says what is wrong. */
async function readLine(text: string): Promise<ReviewDecision | undefined | string> {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    return `It is not JSON: ${(error as Error).message}.`
  }
  if (typeof value !== 'object' || value === null || typeof value.artifactId !== 'string')
    return 'It has no "artifactId". Keep the lines of "review export", and set their decisions.'
  const { artifactId: artifact, hash, decision, note, by, content, file } = value
  if (decision === null || decision === undefined || decision === '') return undefined
  if (!WORDS.includes(decision as string))
    return `The decision is ${JSON.stringify(decision)}. It is "approve", "reject", "edit" or null.`
  const facts = {
    artifact,
    ...(typeof hash === 'string' && { hash }),
    ...(typeof note === 'string' && note !== '' && { note }),
    ...(typeof by === 'string' && by !== '' && { by }),
  }
  if (decision !== 'edit') return { ...facts, decision: decision as 'approve' | 'reject' }
  if (typeof file === 'string') {
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes === undefined) return `The file "${file}" of the new version cannot be read.`
    return { ...facts, decision: 'edit', content: bytes }
  }
  if (content === undefined) return 'An edit needs "content", or "file" with the path of the new version.'
  return { ...facts, decision: 'edit', content: content as string }
}
