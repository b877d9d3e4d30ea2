import type { Prediction } from 'replicate'
import { z } from 'zod'
import type { JsonValue } from '../../model/json.js'
import { ProviderError, type ProviderErrorCode } from '../../model/provider/failure/provider-error.js'
import type { OutputValue, ProduceContext, ProduceRequest } from '../../model/provider/provider.js'
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

const configSchema = z.strictObject({
  /** REPLICATE_API_TOKEN without it. */
  apiToken: z.string().min(1).optional(),
  baseUrl: z.url().default('https://api.replicate.com/v1'),
  /** Fixed fields of the model's input; the producer's inputs override them. */
  input: z.record(z.string(), z.json()).default({}),
  /** By output name: where it is in the prediction's `output`. */
  outputs: z.record(z.string(), jsonPathSchema).default({}),
  pollMs: z.int().min(1).default(POLL_MS),
})
type ReplicateConfig = z.infer<typeof configSchema>

const MODEL = /^([\w.-]+\/[\w.-]+)(?::(\w+))?$/

/** Models on Replicate, as predictions that are submitted, waited for and downloaded. */
const replicate = configuredProvider('replicate', configSchema, {
  look: {
    byOutput: ({ outputs }) => ({ outputs }),
    more: (_config, request) =>
      MODEL.test(request.model ?? '')
        ? []
        : [
            {
              path: [],
              message: `The model must be owner/name or owner/name:version, got "${request.model ?? ''}".`,
            },
          ],
  },
  async produce(config, request, context) {
    const model = modelOf(request)
    checkOutputNames('replicate', config.outputs, request)
    const transport = new SdkTransport(context)
    const client = await clientOf(config, transport, request.baseFolder)
    const { predictions } = client
    return await twoPhase<Prediction>(
      {
        service: 'replicate',
        pollMs: config.pollMs,
        async submit(_key, signal) {
          const input = await modelInput(config.input, request, context, async file => {
            const { urls } = await transport.call(() => client.files.create(file, {}, { signal }))
            return urls.get
          })
          return (await transport.call(() => predictions.create({ ...model, input, signal }))).id
        },
        async poll(id, signal) {
          const found = await transport.call(() => predictions.get(id, { signal })).catch(orMissing)
          return found === undefined ? { state: 'missing' } : stateOf(found)
        },
        cancel: (id, signal) => transport.call(() => predictions.cancel(id, { signal })),
        async collect(prediction, isOld) {
          const account = accountOf(prediction)
          try {
            const outputs = await outputsOf(prediction.output as JsonValue, config, request, context, isOld)
            return { outputs, ...account }
          } catch (error) {
            throw charged(error, account, () => JSON.stringify(prediction.output))
          }
        },
      },
      context,
    )
  },
})
export default replicate

async function clientOf({ apiToken, baseUrl }: ReplicateConfig, transport: SdkTransport, folder: string) {
  const auth = requiredKey('replicate', 'apiToken', apiToken, 'REPLICATE_API_TOKEN')
  const sdk = { name: 'replicate', version: '1' }
  const { default: Replicate } = await loadPackage<typeof import('replicate')>('replicate', sdk, folder)
  return new Replicate({ auth, baseUrl, fetch: transport.fetch, useFileOutput: false })
}

function modelOf({ model }: ProduceRequest): { version: string } | { model: string } {
  const [, name, version] = MODEL.exec(model ?? '') ?? []
  if (version !== undefined) return { version }
  if (name !== undefined) return { model: name }
  const got = model === undefined ? 'none' : `"${model}"`
  throw invalid(`the model must be owner/name or owner/name:version, got ${got}.`)
}

function orMissing(error: unknown): undefined {
  if (error instanceof SdkResponseError && saysMissing(error.status, error.body)) return undefined
  throw error
}

/** Seconds are charged whatever came of them. */
function accountOf({ metrics }: Prediction): { usage?: { seconds: number } } {
  const seconds = metrics?.predict_time
  return seconds === undefined ? {} : { usage: { seconds } }
}

function stateOf(prediction: Prediction): RemoteState<Prediction> {
  const { status } = prediction as { status: string }
  switch (status) {
    case 'succeeded':
      // Results of the API are deleted after an hour: what was made is gone, as if it had never been.
      return prediction.data_removed ? { state: 'missing' } : { state: 'done', result: prediction }
    case 'failed':
      return {
        state: 'failed',
        error: charged(failure(prediction), accountOf(prediction)) as ProviderError,
      }
    case 'canceled':
      return { state: 'cancelled' }
    case 'aborted':
      return {
        state: 'failed',
        error: new ProviderError(
          'timeout',
          `Prediction ${prediction.id} reached its deadline before it began.`,
        ),
      }
    default:
      return { state: 'running', note: status, ...progressOf(prediction.logs) }
  }
}

/** The last percentage that a model's progress bar has printed. */
function progressOf(logs: string | undefined): { fraction?: number } {
  const percent = [...(logs ?? '').slice(-2_000).matchAll(/(\d{1,3})%\|/g)].at(-1)?.[1]
  return percent === undefined ? {} : { fraction: Number(percent) / 100 }
}

const REFUSED = /nsfw|sensitive|safety|content policy|flagged|moderation|E005/i
/** Codes of Replicate's machinery, and its words for being busy. */
const PASSING = /\(E\d{4}\)|\bE00[34]\b|code: PA|interrupted|temporarily|unavailable|high demand|try again/i

function failure({ id, error }: Prediction): ProviderError {
  const words = typeof error === 'string' ? error : JSON.stringify(error ?? 'no reason given')
  let code: ProviderErrorCode = 'bug'
  if (REFUSED.test(words)) code = 'content'
  else if (PASSING.test(words)) code = 'overloaded'
  return new ProviderError(code, `Prediction ${id} failed: ${words}`)
}

async function outputsOf(
  output: JsonValue,
  config: ReplicateConfig,
  request: ProduceRequest,
  context: ProduceContext,
  isOld: boolean,
): Promise<Record<string, OutputValue>> {
  const names = Object.keys(request.outputs)
  const outputs: Record<string, OutputValue> = {}
  for (const name of names) {
    const key = name.charAt(0).toLowerCase() + name.slice(1)
    const path = config.outputs[name]
    const itsOwn = answerAt(output, path ?? key)
    const found = path === undefined && itsOwn === undefined && names.length === 1 ? output : itsOwn
    outputs[name] = await remoteOutput(
      name,
      request.outputs[name]!,
      found,
      { retryMs: config.pollMs, isOld },
      context,
    )
  }
  return outputs
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider replicate: ${problem}`)
