import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { isTextMime, mimeMatches } from '../../model/media/mime-type.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { drawLatency, latencySchema } from '../../model/provider/latency.js'
import type {
  OutputRequest,
  OutputValue,
  ProduceContext,
  ProduceRequest,
} from '../../model/provider/provider.js'
import { seededRandom } from '../../model/seeded-random.js'
import type { ConfiguredProvider } from '../kit/configured-provider.js'
import { providerConfig } from '../kit/provider-config.js'
import { settingsMistakes } from '../kit/settings-mistakes.js'
import { solidPng } from './png.js'
import { schemaValue } from './schema-value.js'
import { silentWav } from './silent-wav.js'
import { withPaths } from './with-paths.js'

const WAV_HEADER_BYTES = 44
/** A list that is made up for a reader of its last element ends there. */
const READ_INDEX_LIMIT = 1_000

const rate = z.number().min(0).max(1)

const configSchema = z.strictObject({
  seed: z.union([z.string(), z.number()]).default(0),
  latencyMs: latencySchema().default(0),
  /** Share of attempts that fail with `failureCode`. */
  failureRate: rate.default(0),
  failureCode: z
    .enum(['overloaded', 'timeout', 'network', 'invalid', 'auth', 'content', 'too_large', 'bug'])
    .default('overloaded'),
  /** Share of attempts that are refused as by a 429. */
  rateLimitRate: rate.default(0),
  retryAfterMs: z.number().min(0).default(1_000),
  /** About so many characters of text, exactly so many bytes of other types; a PNG is never too small to be one. */
  outputBytes: z
    .int()
    .min(0)
    .max(256 * 1024 * 1024)
    .default(200),
  width: z.int().min(1).max(8_192).default(64),
  height: z.int().min(1).max(8_192).default(64),
  /** In US dollars, of each success. */
  costUsd: z.number().min(0).default(0),
  /** Fixed values by output name, in place of made-up ones. */
  values: z.record(z.string(), z.json()).default({}),
  /** There when the rest of the config belongs to the provider that this one stands in for. */
  standsIn: z
    .object({
      latencyMs: latencySchema().default(0),
      /** By output, the parts that other producers read. */
      reads: z
        .record(z.string(), z.array(z.array(z.union([z.string(), z.int().min(0).max(READ_INDEX_LIMIT)]))))
        .default({}),
    })
    .optional(),
  /** JSON Schema of `json` outputs. */
  schema: z.record(z.string(), z.json()).optional(),
})
type SimulateConfig = z.infer<typeof configSchema>

const WORDS =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua'.split(
    ' ',
  )

/**
 * Behaves like a remote provider without being one. Delay and failure depend on job, attempt and seed alone,
 * what is made on job, inputs and seed: a run can be repeated exactly, also after a crash.
 */
const simulate: ConfiguredProvider<typeof configSchema> = {
  configSchema,
  check: request =>
    request.config.standsIn === undefined
      ? settingsMistakes(configSchema, request, { byOutput: ({ values }) => ({ values }) })
      : [],
  async produce(request, context) {
    const config = configOf(request.config)
    const { jobId, attempt } = request
    // Nothing is left to chance in most rehearsals, and drawing it costs more than a small job.
    const isCertain =
      typeof config.latencyMs === 'number' && config.failureRate === 0 && config.rateLimitRate === 0
    const random = isCertain ? NO_CHANCE : seededRandom(`${config.seed} ${jobId} ${attempt}`)
    const latencyMs = drawLatency(config.latencyMs, random)
    if (latencyMs > 0) await pause(latencyMs, context)
    const fate = random()
    if (fate < config.rateLimitRate) {
      throw new ProviderError('rate_limited', 'Simulated 429.', { retryAfterMs: config.retryAfterMs })
    }
    if (fate < config.rateLimitRate + config.failureRate) {
      throw new ProviderError(config.failureCode, `Simulated failure (${config.failureCode}).`)
    }
    const outputs: Record<string, OutputValue> = {}
    for (const [name, output] of Object.entries(request.outputs))
      outputs[name] = madeUp(name, output, request, config)
    if (config.standsIn) return { outputs, usage: likelyUsage(request, config, latencyMs) }
    return config.costUsd === 0 ? { outputs } : { outputs, costUsd: config.costUsd }
  },
}
export default simulate

const NO_CHANCE = () => 0

/** A wait that ends as soon as this is not worth the cost of listening to the signal. */
const BRIEF_MS = 200

async function pause(latencyMs: number, context: ProduceContext): Promise<void> {
  if (latencyMs > BRIEF_MS) await sleep(latencyMs, undefined, { signal: context.signal })
  else await new Promise<void>(resolve => setTimeout(resolve, latencyMs))
}

const DEFAULTS = configSchema.parse({})

/** All jobs of a producer share one config object. */
const standIns = new WeakMap<JsonObject, SimulateConfig>()

function configOf(config: JsonObject): SimulateConfig {
  if (config.standsIn === undefined) return providerConfig('simulate', configSchema, config)
  let known = standIns.get(config)
  if (known === undefined) {
    const { standsIn } = providerConfig('simulate', configSchema, { standsIn: config.standsIn })
    const schema = isJsonObject(config.schema) ? { schema: config.schema } : {}
    known = { ...DEFAULTS, standsIn, latencyMs: standsIn!.latencyMs, ...schema } as SimulateConfig
    standIns.set(config, known)
  }
  return known
}

const BYTES_PER_TOKEN = 4

/** What the provider that it stands in for would probably count, so that its price applies. */
function likelyUsage({ inputs }: ProduceRequest, { outputBytes }: SimulateConfig, latencyMs: number) {
  const characters = canonicalJson(inputs as JsonObject).length
  return {
    inputTokens: Math.ceil(characters / BYTES_PER_TOKEN),
    outputTokens: Math.ceil(outputBytes / BYTES_PER_TOKEN),
    characters,
    seconds: latencyMs / 1_000,
  }
}

function madeUp(
  name: string,
  { type, count }: OutputRequest,
  request: ProduceRequest,
  config: SimulateConfig,
): OutputValue {
  const inputs = canonicalJson(request.inputs as JsonObject)
  const element = (index: number): OutputValue => {
    const fixed = Object.hasOwn(config.values, name) ? (config.values[name] as JsonValue) : undefined
    return (
      fixed ??
      valueOfType(
        type,
        seededRandom(`${config.seed} ${request.jobId} ${name} ${index} ${inputs}`),
        config,
        config.standsIn?.reads[name] ?? [],
      )
    )
  }
  if (count === undefined) return element(0)
  return Array.from({ length: count }, (_, index) => element(index)) as OutputValue
}

/** What the schema says, or something; with what others read of it. */
function jsonValue(
  random: () => number,
  { schema, outputBytes }: SimulateConfig,
  paths: ReadPaths,
): JsonValue {
  const text = (length: number) => loremIpsum(random, length)
  const value =
    schema === undefined
      ? { title: text(20), text: text(outputBytes), number: Math.floor(random() * 1_000) }
      : schemaValue(schema as JsonValue, { random, text })
  return withPaths(value, paths, () => text(20))
}

type ReadPaths = readonly (readonly (string | number)[])[]

function valueOfType(
  type: string,
  random: () => number,
  config: SimulateConfig,
  paths: ReadPaths,
): OutputValue {
  switch (type) {
    case 'text':
      return loremIpsum(random, config.outputBytes)
    case 'number':
      return Math.floor(random() * 1_000)
    case 'boolean':
      return random() < 0.5
    case 'json':
      return jsonValue(random, config, paths)
    default:
      return bytesOfType(type, random, config)
  }
}

function bytesOfType(type: string, random: () => number, config: SimulateConfig): OutputValue {
  const { outputBytes, width, height } = config
  if (mimeMatches(type, 'image/png')) {
    const colour = [random() * 256, random() * 256, random() * 256] as const
    return { bytes: solidPng(width, height, colour, outputBytes), mimeType: 'image/png' }
  }
  if (mimeMatches(type, 'application/json')) return JSON.stringify(jsonValue(random, config, []))
  if (mimeMatches(type, 'audio/wav'))
    return {
      bytes: silentWav(Math.max(0, Math.ceil((outputBytes - WAV_HEADER_BYTES) / 2))),
      mimeType: 'audio/wav',
    }
  if (isTextMime(type)) return loremIpsum(random, outputBytes)
  const bytes = Buffer.alloc(outputBytes)
  for (let offset = 0; offset + 4 <= outputBytes; offset += 4) bytes.writeUInt32LE(random() * 2 ** 32, offset)
  return { bytes, mimeType: type.replace('/*', '/octet-stream') }
}

function loremIpsum(random: () => number, length: number): string {
  let text = ''
  while (text.length < length)
    text += `${text === '' ? '' : ' '}${WORDS[Math.floor(random() * WORDS.length)]}`
  return text.slice(0, length).trimEnd()
}
