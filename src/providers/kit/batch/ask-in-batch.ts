import type { JsonObject } from '../../../model/json.js'
import { isProviderError, ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest, ProduceResult } from '../../../model/provider/provider.js'
import { untilAborted } from '../../../model/until-aborted.js'
import { rejectUnusable } from '../language/unusable-answer.js'
import type { BatchApi, RowResult, ServiceFailures } from './batch-api.js'
import type { BatchSettings } from './batch-fields.js'
import { BatchGoneError } from './batch-gone-error.js'
import { BatchWatch } from './batch-watch.js'
import { findBatch } from './find-batch.js'
import { Gathering } from './gathering.js'
import {
  type BatchPlace,
  type BatchRow,
  isOnlineNext,
  placeCheckpoint,
  readPlace,
  supersededCheckpoint,
} from './row-checkpoint.js'
import { isPassing } from './steady-call.js'

/** One attempt at one job, by a vendor's batch API. */
export interface BatchWork {
  readonly settings: BatchSettings
  readonly request: ProduceRequest
  readonly context: ProduceContext
  readonly failures: ServiceFailures
  /** The same object for the same credentials and kind of work, so that its batches are known to all their jobs. */
  service(): BatchApi | Promise<BatchApi>
  /** The body of the request, the same in a batch and online. */
  body(): Promise<JsonObject>
  /** What the job makes of the body of its answer. */
  result(body: object): ProduceResult
}

type Call = Omit<BatchWork, 'service'> & { readonly service: BatchApi }

/**
 * Answers a job by a batch. The jobs that run at the same time on a thread go into one; a job that is started again
 * waits for the batch it was in.
 */
export async function askInBatch(work: BatchWork): Promise<ProduceResult> {
  const { context, failures } = work
  try {
    const place = readPlace(context.resume)
    const service = await withPlace(failures, place, Promise.resolve(work.service()))
    const call = { ...work, service }
    return isOnlineNext(context.resume) ? await askOnline(call) : await askIn(call, place)
  } catch (error) {
    // What comes after an abort is its echo.
    if (context.signal.aborted) throw error
    const headers = failures.headersOf(error)
    if (headers !== undefined) context.responseHeaders(headers)
    throw await rejectUnusable(failures.meaningOf(error), context)
  }
}

/** @param known where the request is, as an earlier attempt has recorded it */
async function askIn(call: Call, known: BatchRow | undefined): Promise<ProduceResult> {
  const { context, failures } = call
  const place = await placeOf(call, known)
  const result = await withPlace(failures, place, resultIn(call, place))
  switch (result.state) {
    case 'answered':
      return call.result(result.body)
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

/**
 * Whether an error says nothing about the request itself: when the obstacle is gone the same request may well be
 * answered.
 */
const isObstacle = ({ code }: ProviderError): boolean => code === 'rate_limited' || code === 'auth'

/** What is on record of the request is of no use any more. */
async function submitAgain(call: Call, reason: string): Promise<ProduceResult> {
  call.context.log('warn', `${reason} The request goes into another batch.`)
  return await askIn(call, undefined)
}

type Result = RowResult | { readonly state: 'gone'; readonly reason: string }

async function resultIn({ service, settings, context }: Call, place: BatchPlace): Promise<Result> {
  try {
    return await BatchWatch.of(service, place.batchId, settings).result(place, context)
  } catch (error) {
    if (error instanceof BatchGoneError) return { state: 'gone', reason: error.message }
    throw error
  }
}

/** The batch that the job is in already, or the next one; on record before anything is waited for. */
async function placeOf(call: Call, known: BatchRow | undefined): Promise<BatchPlace> {
  const { service, settings, context, failures } = call
  if (known !== undefined) {
    const { batchId } = known
    if (batchId !== undefined) return { ...known, batchId }
    const { pollMs } = settings
    const search = findBatch(service, known, {
      delayMs: Math.min(pollMs, 5_000),
      pollMs,
      isStillWanted: () => !context.signal.aborted,
      onUndecided: reason => context.progress(0, reason),
    })
    const found = await withPlace(failures, known, untilAborted(search, context.signal))
    if (found !== undefined) return await recorded({ ...known, batchId: found }, context)
  }
  const body = await call.body()
  return await recorded(await gatheringOf(call).add(body, context), context)
}

/**
 * What stands in the way of asking for a batch says nothing about the batch, so the job must not lose it: a code
 * that is retried keeps the checkpoint, in this run and for the next one.
 */
async function withPlace<Result>(
  failures: ServiceFailures,
  place: BatchRow | undefined,
  asked: Promise<Result>,
): Promise<Result> {
  try {
    return await asked
  } catch (thrown) {
    const error = failures.meaningOf(thrown)
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
const gatherings = new WeakMap<JsonObject, Map<BatchApi, Gathering>>()

function gatheringOf({ service, settings, request }: Call): Gathering {
  let ofConfig = gatherings.get(request.config)
  if (ofConfig === undefined) {
    ofConfig = new Map()
    gatherings.set(request.config, ofConfig)
  }
  let gathering = ofConfig.get(service)
  if (gathering === undefined) {
    gathering = new Gathering(service, settings)
    ofConfig.set(service, gathering)
  }
  return gathering
}

/** A batch has given no answer: as `fallback` says, the job is asked online, or goes into the next batch. */
async function tryElsewhere(call: Call, place: BatchPlace, reason: string): Promise<ProduceResult> {
  const { settings, context } = call
  const { batchId } = place
  await context.checkpoint(supersededCheckpoint(batchId, settings.fallback === 'online'), { isOver: true })
  switch (settings.fallback) {
    case 'online':
      context.log('info', `Asked online, since the batch gave no answer. ${reason}`)
      return await askOnline(call)
    case 'next-batch':
      throw new ProviderError('overloaded', reason)
    case 'none':
      throw new ProviderError('invalid', `${reason} config.fallback is "none".`)
  }
}

async function askOnline(call: Call): Promise<ProduceResult> {
  const { service, context } = call
  const { body, headers } = await service.askOnline(await call.body(), context.signal)
  context.responseHeaders(headers)
  return call.result(body)
}
