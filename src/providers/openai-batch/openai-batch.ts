import { TIMER_LIMIT_MS } from '../../model/clock.js'
import type { JsonObject } from '../../model/json.js'
import type { ProduceContext, ProduceRequest, ProduceResult } from '../../model/provider/provider.js'
import { isProviderError, ProviderError } from '../../model/provider/provider-error.js'
import { untilAborted } from '../../model/until-aborted.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { promptMistakes, promptTemplates } from '../kit/language/prompt-mistakes.js'
import { rejectUnusable } from '../kit/language/unusable-answer.js'
import { type BatchConfig, batchConfigSchema } from './batch-config.js'
import { BatchGoneError } from './batch-gone-error.js'
import { BatchWatch } from './batch-watch.js'
import { findBatch } from './find-batch.js'
import { Gathering } from './gathering.js'
import { clientOf, type OpenAiClient } from './openai-client.js'
import { headersOf, openAiError } from './openai-error.js'
import { resultOf } from './row/row-answer.js'
import {
  type BatchPlace,
  type BatchRow,
  isOnlineNext,
  placeCheckpoint,
  readPlace,
  supersededCheckpoint,
} from './row/row-checkpoint.js'
import { requestBody } from './row/row-request.js'
import { isObstacle, type RowResult } from './row/row-result.js'
import { isPassing } from './steady-call.js'

/** One attempt at one job. */
interface Call {
  readonly client: OpenAiClient
  readonly config: BatchConfig
  readonly request: ProduceRequest
  readonly context: ProduceContext
}

/**
 * Chat completions and embeddings by OpenAI's batch API, at half the price and within a day. The jobs that run
 * at the same time on a thread go into one batch; a job that is started again waits for the batch it was in.
 */
const openAiBatch = configuredProvider('openai-batch', batchConfigSchema, {
  look: { templates: promptTemplates, more: promptMistakes },
  async produce(config, request, context) {
    if (config.task === 'embedding') checkEmbedding(request.outputs)
    try {
      const client = await withPlace(readPlace(context.resume), clientOf(config, request.baseFolder))
      const call = { client, config, request, context }
      return isOnlineNext(context.resume)
        ? await askOnline(call)
        : await askInBatch(call, readPlace(context.resume))
    } catch (error) {
      // What comes after an abort is its echo.
      if (context.signal.aborted) throw error
      const headers = headersOf(error)
      if (headers !== undefined) context.responseHeaders(headers)
      throw await rejectUnusable(openAiError(error), context)
    }
  },
})
export default openAiBatch

function checkEmbedding(outputs: ProduceRequest['outputs']): void {
  const [output, ...others] = Object.values(outputs)
  if (output?.type === 'json' && output.count === undefined && others.length === 0) return
  throw new ProviderError('invalid', 'Provider openai-batch: an embedding is one json output without a loop.')
}

/** @param known where the request is, as an earlier attempt has recorded it */
async function askInBatch(call: Call, known: BatchRow | undefined): Promise<ProduceResult> {
  const { client, config, request, context } = call
  const place = await placeOf(call, known)
  const result = await withPlace(place, resultIn(client, place, call))
  switch (result.state) {
    case 'answered':
      return resultOf(result.body, config, request, context)
    case 'refused':
      if (!isObstacle(result.error)) throw result.error
      // It says nothing about the request, which must not wait for the answer of this batch again.
      await context.checkpoint(supersededCheckpoint(place.batchId, false), { isOver: true })
      if (known === undefined || result.error.code === 'rate_limited') throw result.error
      return await submitAgain(
        call,
        `${result.error.message} That was at the time of batch ${place.batchId}.`,
      )
    case 'gone':
      await context.checkpoint(supersededCheckpoint(place.batchId, false), { isOver: true })
      if (known === undefined) throw new ProviderError('overloaded', result.reason)
      return await submitAgain(call, result.reason)
    case 'undone':
      return await tryElsewhere(call, place, result.reason)
  }
}

/** What is on record of the request is of no use any more. */
async function submitAgain(call: Call, reason: string): Promise<ProduceResult> {
  call.context.log('warn', `${reason} The request goes into another batch.`)
  return await askInBatch(call, undefined)
}

type Result = RowResult | { readonly state: 'gone'; readonly reason: string }

async function resultIn(client: OpenAiClient, place: BatchPlace, { config, context }: Call): Promise<Result> {
  try {
    return await BatchWatch.of(client, place.batchId, config).result(place, context)
  } catch (error) {
    if (error instanceof BatchGoneError) return { state: 'gone', reason: error.message }
    throw error
  }
}

/** The batch that the job is in already, or the next one; on record before anything is waited for. */
async function placeOf(call: Call, known: BatchRow | undefined): Promise<BatchPlace> {
  const { client, config, request, context } = call
  if (known !== undefined) {
    const { batchId } = known
    if (batchId !== undefined) return { ...known, batchId }
    const search = findBatch(client, known, Math.min(config.pollMs, 5_000))
    const found = await withPlace(known, untilAborted(search, context.signal))
    if (found !== undefined) return await recorded({ ...known, batchId: found }, context)
  }
  const body = await requestBody(config, request, context)
  const place = await gatheringOf(call).add(context.idempotencyKey, body, context)
  return await recorded(place, context)
}

/**
 * What stands in the way of asking for a batch says nothing about the batch, so the job must not lose it: a code
 * that is retried keeps the checkpoint, in this run and for the next one.
 */
async function withPlace<Result>(place: BatchRow | undefined, asked: Promise<Result>): Promise<Result> {
  try {
    return await asked
  } catch (thrown) {
    const error = openAiError(thrown)
    if (place === undefined || (thrown instanceof Error && /^(Abort|Timeout)Error$/.test(thrown.name)))
      throw error
    if (isProviderError(error) && isPassing(error)) throw error
    const where =
      place.batchId === undefined ? 'The job may be in a batch' : `The job is in batch ${place.batchId}`
    throw new ProviderError(
      'overloaded',
      `${where}, which cannot be asked for: ${(error as Error).message} Run again when that is solved; to send it again, raise the producer's version.`,
      { cause: error },
    )
  }
}

async function recorded(place: BatchPlace, context: ProduceContext): Promise<BatchPlace> {
  await context.checkpoint(placeCheckpoint(place))
  return place
}

/** All jobs of a producer on a thread share one config object. */
const gatherings = new WeakMap<JsonObject, { readonly client: OpenAiClient; readonly gathering: Gathering }>()

function gatheringOf({ client, config, request }: Call): Gathering {
  const known = gatherings.get(request.config)
  if (known?.client === client) return known.gathering
  const gathering = new Gathering(client, config)
  gatherings.set(request.config, { client, gathering })
  return gathering
}

/** A batch has given no answer: as `fallback` says, the job is asked online, or goes into the next batch. */
async function tryElsewhere(call: Call, place: BatchPlace, reason: string): Promise<ProduceResult> {
  const { config, context } = call
  const { batchId } = place
  await context.checkpoint(supersededCheckpoint(batchId, config.fallback === 'online'), { isOver: true })
  switch (config.fallback) {
    case 'online':
      context.log('info', `Asked online, since the batch gave no answer. ${reason}`)
      return await askOnline(call)
    case 'next-batch':
      throw new ProviderError('overloaded', reason)
    case 'none':
      throw new ProviderError('invalid', `${reason} config.fallback is "none".`)
  }
}

async function askOnline({ client, config, request, context }: Call): Promise<ProduceResult> {
  const body = await requestBody(config, request, context)
  const path = config.task === 'embedding' ? '/embeddings' : '/chat/completions'
  const { data, response } = await client
    .post<object>(path, { body, signal: context.signal, timeout: TIMER_LIMIT_MS })
    .withResponse()
  context.responseHeaders(response.headers)
  return resultOf(data, config, request, context)
}
