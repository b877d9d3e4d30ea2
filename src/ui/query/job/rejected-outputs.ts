import type { JsonValue } from '../../../model/json.js'
import type { AnswerOutputs, BlobRef } from '../../../model/movie/event.js'
import type { RejectedOutput } from '../../page-jobs.js'

/** What the page is told of an answer that was rejected. @param limit characters of a text */
export const rejectedOutputs = (outputs: AnswerOutputs, limit: number): RejectedOutput[] =>
  Object.entries(outputs).map(([name, output]) => {
    if (isBlob(output)) {
      const { mimeType, sizeBytes } = output
      return { name, mimeType, sizeBytes }
    }
    const text = typeof output === 'string' ? output : JSON.stringify(output, null, 1)
    return { name, text: text.slice(0, limit) }
  })

/** A value of three such fields reads the same, and is shown as what it says. */
const isBlob = (output: JsonValue | BlobRef | readonly (JsonValue | BlobRef)[]): output is BlobRef =>
  typeof output === 'object' &&
  output !== null &&
  'hash' in output &&
  'mimeType' in output &&
  typeof output.sizeBytes === 'number'
