import { isBlobRef } from '../../model/blob-ref.js'
import { isMimeType } from '../../model/media/mime-type.js'
import type { AnswerOutputs } from '../../model/movie/event.js'
import type { Feedback, JobFeedback } from '../../model/provider/feedback.js'
import type { Family } from '../../plan/geometry/family.js'
import { inLists } from './in-lists.js'
import { OutputBlob, type ReadBlob } from './output-blob.js'
import { outputValue } from './output-value.js'
import type { RejectedAnswer } from './rejected-answer.js'

type Rejection = Feedback & Pick<RejectedAnswer, 'from'>

/** The last answer that was rejected other than by a person: what such a one has judged is there as an artifact. */
export function lastRejection(feedback: JobFeedback | undefined): Rejection | undefined {
  return feedback?.entries.findLast((entry): entry is Rejection => entry.from !== 'review')
}

/** With handles of its files; an output that is spread over loops is one list. */
export function rejectedAnswer({ outputs, ...rest }: Rejection, readBlob: ReadBlob): RejectedAnswer {
  if (outputs === undefined) return rest
  const handle = (item: unknown) => (isBlobRef(item) ? new OutputBlob(item, readBlob) : item)
  const entries = Object.entries(outputs).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(handle) : handle(value),
  ])
  return { ...rest, outputs: Object.fromEntries(entries) }
}

/** With the outputs as they would be if it had been accepted: texts as texts, lists nested as the loops are. */
export async function rejectedAnswerOf(
  family: Family,
  job: number,
  { outputs, ...rest }: Rejection,
  readBlob: ReadBlob,
): Promise<RejectedAnswer> {
  if (outputs === undefined) return rest
  const read: Record<string, unknown> = {}
  for (const { spec, extents, count } of family.blockOf(job).outputs) {
    // An answer to an older blueprint may have other outputs.
    if (!Object.hasOwn(outputs, spec.name)) continue
    const items = extents.length === 0 ? [outputs[spec.name]] : listOf(outputs[spec.name])
    const values: unknown[] = []
    if (items.length !== count || !items.every(item => isOfType(item, spec.type))) continue
    for (const item of items)
      values.push(
        await outputValue(isBlobRef(item) ? { blob: item } : { value: item as never }, spec.type, readBlob),
      )
    read[spec.name] = inLists(values, extents)
  }
  return { ...rest, outputs: read }
}

function isOfType(item: unknown, type: string): boolean {
  if (isBlobRef(item)) return isMimeType(type) || type === 'json' || item.mimeType.startsWith('text/plain')
  if (isMimeType(type)) return false
  if (type === 'json') return true
  return typeof item === (type === 'text' ? 'string' : type)
}

const listOf = (value: AnswerOutputs[string] | undefined): readonly unknown[] =>
  Array.isArray(value) ? value : [value]
