import { isJsonObject, type JsonValue } from '../../model/json.js'
import { isProviderError, type ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest, ProduceResult } from '../../model/provider/provider.js'
import { CHECKPOINT_LIMIT_BYTES } from '../../model/value-limits.js'
import { FileUnavailableError } from '../kit/fetch/file-unavailable-error.js'
import { bodyBytes } from '../kit/fetch/http-fetch.js'
import { type AnswerOptions, brokenOff, jsonOf, resultOfJson } from './http-answer.js'
import { type HttpCall, respond } from './http-call.js'

/** An answer that names files, or how many of them came to nothing. */
interface AnswerRecord {
  readonly answer: JsonValue | undefined
  readonly endedCount: number
}

/** An answer has been paid for: when it names files, it is on record before they are downloaded. */
export async function jsonResult(call: HttpCall, options: AnswerOptions): Promise<ProduceResult> {
  const { context } = options
  const { answer, endedCount } = answerOnRecord(call, context)
  if (answer === undefined) return await newResult(call, options, endedCount, false)
  try {
    return await resultOfJson(answer, { ...options, isOld: true })
  } catch (error) {
    if (!isOfAnswer(error)) throw error
    // Nobody can be asked for another address, and what is on record must not hold the job for ever.
    await forget(call, context, endedCount)
    context.log(
      'warn',
      `${error.message} The answer on record is of no use any more; the service is asked again.`,
    )
    return await newResult(call, options, endedCount + 1, true)
  }
}

/** @param isAskedAgain in this attempt: once is enough */
async function newResult(
  call: HttpCall,
  options: AnswerOptions,
  endedCount: number,
  isAskedAgain: boolean,
): Promise<ProduceResult> {
  const { context, request } = options
  const response = await respond(call, options, endedCount)
  const answer = jsonOf(await bodyBytes(response, context.signal), response)
  const fault = brokenOff(answer, options)
  if (fault !== undefined) throw fault
  const record = { service: call.url.origin, answer, ...(endedCount > 0 && { endedCount }) }
  if (hasFiles(request) && Buffer.byteLength(JSON.stringify(record)) <= CHECKPOINT_LIMIT_BYTES)
    await context.checkpoint(record)
  try {
    return await resultOfJson(answer, options)
  } catch (error) {
    if (!(error instanceof FileUnavailableError)) throw error
    if (error.kind === 'gone') await forget(call, context, endedCount)
    if (error.kind !== 'unusable' && !isAskedAgain) throw error
    throw error.asLast()
  }
}

/** What fails for what the answer holds fails again with the same answer. */
const isOfAnswer = (error: unknown): error is ProviderError =>
  error instanceof FileUnavailableError || (isProviderError(error) && error.code === 'bug')

async function forget({ url }: HttpCall, context: ProduceContext, endedCount: number): Promise<void> {
  await context.checkpoint({ service: url.origin, endedCount: endedCount + 1 }, { isOver: true })
}

function answerOnRecord({ url }: HttpCall, { resume }: ProduceContext): AnswerRecord {
  if (!isJsonObject(resume) || resume.service !== url.origin) return { answer: undefined, endedCount: 0 }
  const { answer, endedCount } = resume
  return { answer, endedCount: typeof endedCount === 'number' ? endedCount : 0 }
}

const hasFiles = ({ outputs }: ProduceRequest): boolean =>
  Object.values(outputs).some(({ type }) => type.includes('/'))
