import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import { readKey, readShape } from '../../../diagnostics/read-shape.js'
import type { JsonObject } from '../../../model/json.js'
import {
  isSameProviderModel,
  type ProviderModel,
  providerModelText,
} from '../../../model/run/provider-model.js'
import type { ProducerSpec } from '../../blueprint.js'
import { producerSchema } from '../../blueprint-schema.js'
import { DEFAULT_FALLBACK, fallbackSchema } from '../../fallback-schema.js'

type Targets = Pick<ProducerSpec, 'provider' | 'model' | 'spares' | 'fallbackOn'>

/** A text without references, its escapes taken out. */
type LiteralText = (text: string, path: Path, what: string) => string

/** Who answers a producer's jobs: `provider`, `model` and `fallback`. */
export function compileTargets(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  literalText: LiteralText,
): Targets {
  const providers = namesOf(book, mapping, path, 'provider', literalText) ?? ['']
  const models = namesOf(book, mapping, path, 'model', literalText)
  const isOneModel = models?.length === 1
  const count = Math.max(providers.length, models?.length ?? 1)
  if (providers.length > 1 && models !== undefined && !isOneModel && models.length !== providers.length)
    book.add(
      [...path, 'model'],
      `There are ${providers.length} providers and ${models.length} models. Write one model for each provider, in their order, or one for all of them.`,
    )
  const services = Array.from({ length: count }, (_, at): ProviderModel => {
    const model = isOneModel ? models[0] : models?.[at]
    const provider = providers.length === 1 ? providers[0]! : (providers[at] ?? '')
    return { provider, ...(model !== undefined && { model }) }
  })
  services.forEach((service, at) => {
    if (!services.slice(0, at).some(before => isSameProviderModel(before, service))) return
    const key = providers.length > 1 ? 'provider' : 'model'
    book.add([...path, key, at], `${providerModelText(service)} stands there twice: each is asked once.`)
  })
  const [first, ...spares] = services
  return {
    provider: first!.provider,
    model: first!.model,
    spares,
    fallbackOn: compileFallback(book, mapping, path, count),
  }
}

function compileFallback(
  book: MistakeBook,
  { fallback }: JsonObject,
  path: Path,
  count: number,
): Targets['fallbackOn'] {
  if (fallback === undefined) return DEFAULT_FALLBACK
  const at = [...path, 'fallback']
  if (count === 1)
    book.add(
      at,
      'fallback says when the next provider is asked, and there is only one. Write provider: [first, next], or model: [first, next].',
    )
  const { on } = readShape(book, fallback, at, fallbackSchema.shape)
  return on ?? DEFAULT_FALLBACK
}

/** One name, or a list of them; a mistake is in the place of the name that it is in. */
function namesOf(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  key: 'provider' | 'model',
  literalText: LiteralText,
): readonly string[] | undefined {
  const value = mapping[key]
  const at = [...path, key]
  if (!Array.isArray(value)) {
    const name = readKey(book, mapping, path, key, key === 'provider' ? ONE : ONE.optional())
    return name === undefined ? undefined : [literalText(name, at, key)]
  }
  const names = readKey(book, mapping, path, key, SEVERAL)
  return names?.map((name, index) => literalText(name, [...at, index], key))
}

const [ONE, SEVERAL] = producerSchema.shape.provider.options
