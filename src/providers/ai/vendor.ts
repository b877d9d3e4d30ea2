import { canonicalJson, type JsonObject } from '../../model/json.js'
import { isProviderError, ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceRequest } from '../../model/provider/provider.js'
import { jsonFetchOf } from '../kit/fetch/json-fetch.js'
import { loadPackage } from '../kit/sdk/optional-package.js'
import { readableUsage } from '../kit/sdk/readable-usage.js'
import type { AiConfig } from './ai-config.js'
import { type ModelName, modelName } from './model-name.js'

/** Majors of the vendors' packages that go with major 6 of `ai`; one more goes with major 7. */
const MAJORS: Readonly<Record<string, number>> = {
  'openai-compatible': 2,
  deepseek: 2,
  'amazon-bedrock': 4,
  'google-vertex': 4,
}
const USUAL_MAJOR = 3
/** What is no experiment any more in major 7. */
const SINCE_MAJOR_7 = 'generateSpeech'

/** @param name without the scope */
function majorOf(name: string, sdk: object): string {
  const major = MAJORS[name] ?? USUAL_MAJOR
  return String(SINCE_MAJOR_7 in sdk ? major + 1 : major)
}

type ModelKind = 'languageModel' | 'imageModel' | 'speechModel' | 'transcriptionModel' | 'embeddingModel'
/** Some packages have a model under the first of its names only, some under the last. */
const NAMES: Readonly<Record<ModelKind, readonly string[]>> = {
  languageModel: ['languageModel'],
  imageModel: ['imageModel', 'image'],
  speechModel: ['speechModel', 'speech'],
  transcriptionModel: ['transcriptionModel', 'transcription'],
  embeddingModel: ['embeddingModel', 'textEmbeddingModel', 'embedding'],
}

type VendorInstance = Readonly<Record<string, unknown>>
type ModelFactory<Model> = (this: VendorInstance, id: string) => Model

/** A vendor's package, set up with the config's key and address, and one model's id. */
export class Vendor {
  readonly name: string
  readonly modelId: string
  readonly #instance: VendorInstance

  constructor(name: string, modelId: string, instance: VendorInstance) {
    this.name = name
    this.modelId = modelId
    this.#instance = instance
  }

  /** @throws ProviderError `invalid` when the vendor has no models of that kind */
  model<Model>(kind: ModelKind, ...preferred: readonly string[]): Model {
    for (const name of [...preferred, ...NAMES[kind]]) {
      const factory = this.#instance[name]
      if (typeof factory === 'function')
        return (factory as ModelFactory<Model>).call(this.#instance, this.modelId)
    }
    throw new ProviderError('invalid', `Provider ai: ${packageOf(this.name)} has no ${kind}.`)
  }
}

const instances = new Map<string, VendorInstance>()
/** More sets of credentials than this at once in one thread are a sign that something makes them up. */
const INSTANCE_LIMIT = 1_000

/**
 * The vendor of `openai/gpt-5-mini`, or of any OpenAI-compatible service at `config.baseUrl`.
 * @throws ProviderError `invalid` for a model without a vendor, or a package that is not installed
 */
export async function vendorOf(
  sdk: object,
  { model, baseFolder }: ProduceRequest,
  config: AiConfig,
): Promise<Vendor> {
  const { vendor: name, modelId } = nameOf(model, config)
  const settings = settingsOf(name, config)
  const key = canonicalJson([name, settings])
  let instance = instances.get(key)
  if (instance === undefined) {
    instance = await createVendor(sdk, name, settings, baseFolder).catch(error => {
      if (!isProviderError(error) || config.baseUrl === undefined) throw error
      // The id of a model at a service of one's own often looks like a vendor and a model.
      throw new ProviderError(
        'invalid',
        `${error.message}. For an OpenAI-compatible service write compatible/${model}.`,
      )
    })
    if (instances.size >= INSTANCE_LIMIT) instances.clear()
    instances.set(key, instance)
  }
  return new Vendor(name, modelId, instance)
}

function nameOf(model: string | undefined, config: AiConfig): ModelName {
  if (model === undefined) throw invalid('needs a model, such as openai/gpt-5-mini.')
  const name = modelName(model, config)
  if (name !== undefined) return name
  throw invalid(
    `the model "${model}" names no vendor. Write vendor/${model} (openai, anthropic, google, …), or give config.baseUrl.`,
  )
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider ai: ${problem}`)

const packageOf = (vendor: string): string =>
  `@ai-sdk/${vendor === 'compatible' ? 'openai-compatible' : vendor}`

function settingsOf(name: string, { baseUrl, apiKey, headers }: AiConfig): JsonObject {
  const settings: JsonObject = {
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
    ...(apiKey !== undefined && { apiKey }),
    ...(headers !== undefined && { headers }),
  }
  if (packageOf(name) !== '@ai-sdk/openai-compatible') return settings
  if (baseUrl === undefined) throw invalid(`a model of ${name}/ needs config.baseUrl.`)
  // vLLM, Ollama and llama.cpp all take a JSON Schema.
  return { ...settings, name: 'compatible', supportsStructuredOutputs: true }
}

async function createVendor(
  sdk: object,
  name: string,
  settings: JsonObject,
  folder: string,
): Promise<VendorInstance> {
  const packageName = packageOf(name)
  const version = majorOf(packageName.slice('@ai-sdk/'.length), sdk)
  const module = await loadPackage<Record<string, unknown>>('ai', { name: packageName, version }, folder)
  const create = Object.entries(module).find(
    ([key, value]) => /^create[A-Z]/.test(key) && typeof value === 'function',
  )?.[1] as ((settings: object) => VendorInstance) | undefined
  if (create === undefined) throw invalid(`${packageName} is not a vendor of the AI SDK.`)
  return create({ ...settings, fetch: jsonFetchOf(readableUsage) })
}
