import type { QueueClient, QueueStatus } from '@fal-ai/client'
import { z } from 'zod'
import { isJsonObject, type JsonValue } from '../../model/json.js'
import { ProviderError, type ProviderErrorCode } from '../../model/provider/failure/provider-error.js'
import type {
  OutputRequest,
  OutputValue,
  ProduceContext,
  ProduceRequest,
} from '../../model/provider/provider.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { answerAt, jsonPathSchema } from '../kit/json-path.js'
import { checkOutputNames, modelInput } from '../kit/model-input.js'
import { charged } from '../kit/paid-answer.js'
import { POLL_MS } from '../kit/remote/polling.js'
import { remoteOutput } from '../kit/remote/remote-output.js'
import type { RemoteState } from '../kit/remote/remote-work.js'
import { saysMissing } from '../kit/remote/says-missing.js'
import { twoPhase } from '../kit/remote/two-phase.js'
import { loadPackage } from '../kit/sdk/optional-package.js'
import { requiredKey, SdkResponseError, SdkTransport } from '../kit/sdk/sdk.js'

const QUEUE_URL = 'https://queue.fal.run'
const STORAGE_URL = 'https://rest.fal.ai'

const configSchema = z.strictObject({
  /** FAL_KEY without it. */
  key: z.string().min(1).optional(),
  queueUrl: z.url().default(QUEUE_URL),
  storageUrl: z.url().default(STORAGE_URL),
  /** Fixed fields of the model's input; the producer's inputs override them. */
  input: z.record(z.string(), z.json()).default({}),
  /** By output name: where it is in the result. */
  outputs: z.record(z.string(), jsonPathSchema).default({}),
  pollMs: z.int().min(1).default(POLL_MS),
})
type FalConfig = z.infer<typeof configSchema>

const MODEL = /^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)*$/

/** What a request of the queue has come to. */
interface Finished {
  readonly data: JsonValue
  readonly seconds: number | undefined
}

/** Models on fal, through its queue: submitted, waited for and downloaded. */
const fal = configuredProvider('fal', configSchema, {
  look: { byOutput: ({ outputs }) => ({ outputs }) },
  async produce(config, request, context) {
    const { model } = request
    if (model === undefined || !MODEL.test(model)) {
      throw invalid(
        `the model must be like fal-ai/flux/dev, got ${model === undefined ? 'none' : `"${model}"`}.`,
      )
    }
    checkOutputNames('fal', config.outputs, request)
    const transport = new SdkTransport(context, refusal)
    const { queue, storage } = await clientOf(config, transport, request.baseFolder)
    return await twoPhase<Finished>(
      {
        service: 'fal',
        pollMs: config.pollMs,
        async submit(_key, abortSignal) {
          const input = await modelInput(config.input, request, context, file =>
            transport.call(() => storage.upload(file)),
          )
          return (await transport.call(() => queue.submit(model, { input, abortSignal }))).request_id
        },
        poll: (requestId, abortSignal) => stateOf(queue, model, { requestId, abortSignal }, transport),
        cancel: (requestId, abortSignal) =>
          transport.call(() => queue.cancel(model, { requestId, abortSignal })),
        async collect({ data, seconds }, isOld) {
          const account = seconds === undefined ? {} : { usage: { seconds } }
          try {
            return { outputs: await outputsOf(data, config, request, context, isOld), ...account }
          } catch (error) {
            throw charged(error, account, () => JSON.stringify(data))
          }
        },
      },
      context,
    )
  },
})
export default fal

async function clientOf({ key, queueUrl, storageUrl }: FalConfig, transport: SdkTransport, folder: string) {
  const credentials = requiredKey('fal', 'key', key, 'FAL_KEY')
  const sdk = { name: '@fal-ai/client', version: '1' }
  const { createFalClient } = await loadPackage<typeof import('@fal-ai/client')>('fal', sdk, folder)
  const placed = (url: string): string => {
    if (url.startsWith(QUEUE_URL)) return queueUrl.replace(/\/$/, '') + url.slice(QUEUE_URL.length)
    return url.startsWith(STORAGE_URL) ? storageUrl.replace(/\/$/, '') + url.slice(STORAGE_URL.length) : url
  }
  return createFalClient({
    credentials,
    fetch: transport.fetch,
    requestMiddleware: async call => ({ ...call, url: placed(call.url) }),
  })
}

/** A model's checker of contents answers 422 like any other mistake in the input. */
const refusal = (status: number, body: string): ProviderErrorCode | undefined =>
  (status === 400 || status === 422) && /content_policy_violation|nsfw/i.test(body) ? 'content' : undefined

const isMissing = (error: unknown): boolean =>
  error instanceof SdkResponseError &&
  [404, 410].includes(error.status) &&
  saysMissing(error.status, error.body)

async function stateOf(
  queue: QueueClient,
  model: string,
  options: { requestId: string; abortSignal: AbortSignal },
  transport: SdkTransport,
): Promise<RemoteState<Finished>> {
  const unlessMissing = (error: unknown): undefined => {
    if (!isMissing(error)) throw error
  }
  const status = await transport.call(() => queue.status(model, options)).catch(unlessMissing)
  if (status === undefined) return { state: 'missing' }
  if (status.status !== 'COMPLETED') return runningState(status)
  const seconds = status.metrics?.inference_time ?? undefined
  return await transport
    .call(() => queue.result(model, options))
    .then(({ data }) => ({ state: 'done', result: { data: data as JsonValue, seconds } }), failedState)
}

function runningState(status: QueueStatus): RemoteState<Finished> {
  if (status.status !== 'IN_QUEUE') return { state: 'running', note: 'in progress' }
  return { state: 'running', note: `in the queue, position ${status.queue_position}` }
}

/** Answers of what stands in front of a result. */
const KEPT_FROM_IT = new Set([401, 403, 429])
const CLIENT_CLOSED = 499

/**
 * The result of a request that ended badly is the response of its model, or of fal for the machine it ran on.
 * A gateway's 5xx looks much the same and says nothing about the request: what is not clearly its decision is
 * asked for again, since taking it for one would mean to pay again for a result that is there.
 */
function failedState(error: unknown): RemoteState<Finished> {
  if (!(error instanceof SdkResponseError) || KEPT_FROM_IT.has(error.status)) throw error
  const { error_type: kind, detail } = error.json
  if (error.status === CLIENT_CLOSED || kind === 'client_cancelled') return { state: 'cancelled' }
  const isAnswer = typeof kind === 'string' || Array.isArray(detail)
  if ((error.status >= 500 || error.status === 408) && !isAnswer) throw error
  return isMissing(error) ? { state: 'missing' } : { state: 'failed', error }
}

/** Where models put what they made, by the first part of its type. */
const USUAL_KEYS: Readonly<Record<string, readonly string[]>> = {
  image: ['images', 'image'],
  video: ['video', 'videos'],
  audio: ['audio', 'audio_file', 'audio_url'],
  text: ['output', 'text', 'result'],
  model: ['model_mesh', 'model_glb', 'model'],
}

async function outputsOf(
  data: JsonValue,
  config: FalConfig,
  request: ProduceRequest,
  context: ProduceContext,
  isOld: boolean,
): Promise<Record<string, OutputValue>> {
  const outputs: Record<string, OutputValue> = {}
  for (const [name, output] of Object.entries(request.outputs)) {
    const path = config.outputs[name]
    const found = path === undefined ? usualPlace(name, output, data) : answerAt(data, path)
    outputs[name] = await remoteOutput(name, output, found, { retryMs: config.pollMs, isOld }, context)
  }
  return outputs
}

function usualPlace(name: string, { type }: OutputRequest, data: JsonValue): JsonValue | undefined {
  if (!isJsonObject(data)) return data
  const own = name.charAt(0).toLowerCase() + name.slice(1)
  const keys = [own, ...(USUAL_KEYS[type.split('/', 1)[0]!] ?? [])]
  const key = keys.find(candidate => Object.hasOwn(data, candidate))
  if (key !== undefined) return data[key]
  return type === 'json' ? data : undefined
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider fal: ${problem}`)
