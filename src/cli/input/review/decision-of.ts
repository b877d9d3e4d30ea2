import { readFile } from 'node:fs/promises'
import type { ReviewDecision } from '../../../index.js'

type Decision = ReviewDecision['decision']

/** As people and spreadsheets write them; capitals do not matter. */
const WORDS: Readonly<Record<string, Decision>> = {
  approve: 'approve',
  approved: 'approve',
  true: 'approve',
  yes: 'approve',
  reject: 'reject',
  rejected: 'reject',
  false: 'reject',
  no: 'reject',
  edit: 'edit',
  edited: 'edit',
}

/**
 * The decision that a record of a file has.
 * @param isTable its fields are cells: an empty one says nothing, and values are written as JSON
 * @returns undefined when it has none; a text that says what is wrong
 */
export async function decisionOf(
  fields: Readonly<Record<string, unknown>>,
  isTable: boolean,
): Promise<ReviewDecision | undefined | string> {
  const { artifactId: artifact, hash, decision: written, note, by, type, file: path } = fields
  if (typeof artifact !== 'string' || artifact === '')
    return 'It has no "artifactId". Keep the lines of "review export", and set their decisions.'
  const word = String(written ?? '').trim()
  if (word === '') return undefined
  const decision = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined
  if (decision === undefined)
    return `The decision is ${JSON.stringify(written)}. It is "approve", "reject", "edit" or ${isTable ? 'empty' : 'null'}.`
  const facts = {
    artifact,
    ...(isText(hash) && { hash: hash.trim() }),
    ...(isText(note) && { note }),
    ...(isText(by) && { by }),
  }
  if (decision !== 'edit') return { ...facts, decision }
  if (isText(path)) {
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined) return `The file "${path}" of the new version cannot be read.`
    return { ...facts, decision, content: bytes }
  }
  const content = isTable ? contentOf(fields.content, type) : fields.content
  if (content === undefined) return 'An edit needs "content", or "file" with the path of the new version.'
  return { ...facts, decision, content: content as string }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

/** Of a cell: what is no text is written as JSON, which a spreadsheet may have given capitals. */
function contentOf(cell: unknown, type: unknown): unknown {
  if (!isText(cell)) return undefined
  if (type !== 'json') return cell
  const text = /^(true|false|null)$/i.test(cell.trim()) ? cell.toLowerCase() : cell
  try {
    return JSON.parse(text)
  } catch {
    return cell
  }
}
