import type { JsonValue } from '../../../model/json.js'
import type { AnswerOutputs, BlobRef } from '../../../model/movie/event.js'
import { beginningOf } from '../../../model/text/shown-value.js'
import type { RejectedOutput } from '../../page-jobs.js'

type Content = JsonValue | BlobRef

/** What the page is told of an answer that was rejected. @param limit characters of a text */
export const rejectedOutputs = (outputs: AnswerOutputs, limit: number): RejectedOutput[] =>
  contentsOf(outputs).map(([name, content]) => {
    if (isBlob(content)) {
      const { mimeType, sizeBytes } = content
      return { name, mimeType, sizeBytes }
    }
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 1)
    return { name, text: beginningOf(text, limit) }
  })

/** The bytes of one of them, by the name that the page was told. */
export const rejectedBlob = (outputs: AnswerOutputs, name: string): BlobRef | undefined => {
  const content = contentsOf(outputs).find(([one]) => one === name)?.[1]
  return content !== undefined && isBlob(content) ? content : undefined
}

/** By name; of a list of files each. */
const contentsOf = (outputs: AnswerOutputs): (readonly [name: string, content: Content])[] =>
  Object.entries(outputs).flatMap(([name, output]) => {
    const isList = Array.isArray(output) && output.length > 0 && output.every(isBlob)
    if (isList) return output.map((content, at) => [`${name}[${at}]`, content] as const)
    return [[name, output as Content] as const]
  })

/** A value of three such fields reads the same, and is shown as what it says. */
const isBlob = (output: Content): output is BlobRef =>
  typeof output === 'object' &&
  output !== null &&
  'hash' in output &&
  'mimeType' in output &&
  typeof output.sizeBytes === 'number'
