import { parseJson } from '../../../model/json/parse-json.js'
import { isJsonObject, type JsonObject } from '../../../model/json.js'
import { decodeText } from '../../../model/media/decode-text.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { AnsweredRow, RowResult } from './batch-api.js'

/** A file of answers that is not whole, or is none: to take it for one would be to pay for its requests again. */
export class CutAnswersError extends ProviderError {
  readonly sizeBytes: number
  /** There is something, and no row in it: a page, or an error. */
  readonly isOther: boolean

  constructor(sizeBytes: number, rowCount: number) {
    const what = rowCount > 0 ? 'ends in the middle of a line' : 'has no answer in it'
    super('network', `The file of answers ${what} (${sizeBytes} bytes).`)
    this.sizeBytes = sizeBytes
    this.isOther = rowCount === 0 && sizeBytes > 0
  }
}

/**
 * The rows of a file of answers with one JSON object a line. What is no row is left out: its request has no answer,
 * and goes the way of those without one.
 * @param idOf the custom id of a line; undefined for what is no row
 * @throws CutAnswersError after all rows
 */
export async function* answerRows(
  body: AsyncIterable<Uint8Array>,
  idOf: (row: JsonObject) => unknown,
  resultOf: (row: JsonObject) => RowResult,
): AsyncGenerator<AnsweredRow> {
  let sizeBytes = 0
  let rowCount = 0
  let isCut = false
  for await (const { text, isText, isEnded } of linesOf(body)) {
    const row = jsonOf(text)
    sizeBytes += text.length
    isCut = row === undefined && !isEnded
    const customId = row && idOf(row)
    if (row === undefined || typeof customId !== 'string') continue
    rowCount++
    yield { customId, sizeBytes: text.length, result: () => (isText ? resultOf(row) : noText(text)) }
  }
  if (isCut || rowCount === 0) throw new CutAnswersError(sizeBytes, rowCount)
}

function jsonOf(line: string): JsonObject | undefined {
  try {
    const row = parseJson(line)
    return isJsonObject(row) ? row : undefined
  } catch {
    return undefined
  }
}

const noText = (answer: string): RowResult => ({
  state: 'refused',
  error: new ProviderError('bug', 'The line of the request in the answers of the batch is not UTF-8 text.', {
    answer,
  }),
})

interface Line {
  readonly text: string
  readonly isText: boolean
  /** By a line end. */
  readonly isEnded: boolean
}

const LINE_END = 0x0a

/** Lines without the empty ones. Split as bytes, so that a line that is no text spoils no other. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
      const line = lineOf([...parts, chunk.subarray(start, end)], true)
      parts = []
      start = end + 1
      if (line.text.trim() !== '') yield line
    }
    parts.push(chunk.subarray(start))
  }
  const last = lineOf(parts, false)
  if (last.text.trim() !== '') yield last
}

function lineOf(parts: readonly Uint8Array[], isEnded: boolean): Line {
  const bytes = Buffer.concat(parts)
  try {
    return { text: decodeText(bytes), isText: true, isEnded }
  } catch {
    return { text: bytes.toString('utf8'), isText: false, isEnded }
  }
}
