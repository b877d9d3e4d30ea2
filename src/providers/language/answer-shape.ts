import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { isTextMime, mimeEssence } from '../../model/mime-type.js'
import type { OutputRequest, OutputValue, ProduceRequest } from '../../model/provider.js'
import { ProviderError } from '../../model/provider-error.js'
import { completeSchema, isStrictSchema, type SchemaCheck, schemaCheck } from './json-schema.js'

type Outputs = ProduceRequest['outputs']

/** What a model is asked to answer, and how its answer becomes the outputs. */
export type AnswerShape =
  | { readonly type: 'text'; readonly output: string }
  | {
      readonly type: 'json'
      /** Absent: any JSON. Of an object, as services want it. */
      readonly schema?: JsonObject
      readonly isStrict: boolean
      readonly check: SchemaCheck
      outputsOf(answer: JsonValue): Record<string, OutputValue>
    }

const shapes = new WeakMap<Outputs, { schema: JsonObject | undefined; shape: AnswerShape }>()

/**
 * One output without a loop is the answer itself: a text, or JSON of `schema`. Otherwise the answer is an
 * object with a property for each output, and the outputs over a loop are lists in it.
 * @throws ProviderError `invalid` for outputs that a model cannot write, or a schema that has no place for one
 */
export function answerShape(outputs: Outputs, schema: JsonObject | undefined): AnswerShape {
  const known = shapes.get(outputs)
  if (known !== undefined && known.schema === schema) return known.shape
  const shape = shapeOf(outputs, schema)
  shapes.set(outputs, { schema, shape })
  return shape
}

function shapeOf(outputs: Outputs, schema: JsonObject | undefined): AnswerShape {
  const entries = Object.entries(outputs)
  for (const [name, { type }] of entries) if (!isWritable(type)) throw unwritable(name, type)
  const [name, output] = entries[0]!
  if (entries.length > 1) return objectShape(outputs, schema ?? derivedSchema(outputs))
  if (output.count !== undefined && schema?.type !== 'array')
    return objectShape(outputs, schema ?? derivedSchema(outputs))
  if (schema === undefined && isText(output.type)) return { type: 'text', output: name }
  if (schema === undefined && (output.type === 'json' || isJsonMime(output.type))) {
    const outputsOf = (answer: JsonValue) => ({ [name]: outputValue(output, answer) })
    return { type: 'json', isStrict: false, check: () => undefined, outputsOf }
  }
  return valueShape(name, output, schema ?? schemaOf(name, output))
}

const isJsonMime = (type: string): boolean => /[/+]json$/.test(mimeEssence(type))
const isText = (type: string): boolean => type === 'text' || (isTextMime(type) && !isJsonMime(type))
const isWritable = (type: string): boolean =>
  ['text', 'json', 'number', 'boolean'].includes(type) || isTextMime(type)

const unwritable = (name: string, type: string) =>
  new ProviderError('invalid', `Output "${name}" is ${type}, which a language model cannot write.`)

/** The answer is the value of the only output; services want an object, so other values are wrapped in one. */
function valueShape(name: string, output: OutputRequest, given: JsonObject): AnswerShape {
  const schema = completeSchema(given)
  const isObject = schema.type === 'object' || isJsonObject(schema.properties)
  const asked = isObject ? schema : objectOf({ value: schema }, schema)
  return {
    type: 'json',
    schema: asked,
    isStrict: isStrictSchema(asked),
    check: schemaCheck(asked),
    outputsOf(answer) {
      const value = isObject ? answer : (answer as { value: JsonValue }).value
      return { [name]: outputValue(output, value) }
    },
  }
}

function objectShape(outputs: Outputs, given: JsonObject): AnswerShape {
  const schema = completeSchema(given)
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const places = Object.keys(outputs).map(name => [name, placeOf(name, properties)] as const)
  const missing = places.find(([, place]) => place === undefined)
  if (missing !== undefined) {
    throw new ProviderError(
      'invalid',
      `config.schema needs a property "${missing[0]}" for the output of that name; it has ${Object.keys(properties).join(', ') || 'none'}.`,
    )
  }
  return {
    type: 'json',
    schema,
    isStrict: isStrictSchema(schema),
    check: schemaCheck(schema),
    outputsOf: answer =>
      Object.fromEntries(
        places.map(([name, place]) => [
          name,
          outputValue(outputs[name]!, (answer as JsonObject)[place!] ?? null),
        ]),
      ),
  }
}

/** The property `Title`, or else `title`. */
function placeOf(output: string, properties: JsonObject): string | undefined {
  return [output, output.charAt(0).toLowerCase() + output.slice(1)].find(name =>
    Object.hasOwn(properties, name),
  )
}

/** JSON documents are stored as they are written. */
function outputValue({ type, count }: OutputRequest, value: JsonValue): OutputValue {
  if (count !== undefined && Array.isArray(value))
    return value.map(item => outputValue({ type }, item)) as OutputValue
  return isJsonMime(type) ? JSON.stringify(value) : value
}

function derivedSchema(outputs: Outputs): JsonObject {
  return objectOf(
    Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, schemaOf(name, output)])),
  )
}

function schemaOf(name: string, { type, count }: OutputRequest): JsonObject {
  if (count === undefined) return { type: typeOf(name, type) }
  return { type: 'array', items: { type: typeOf(name, type) }, minItems: count, maxItems: count }
}

function typeOf(name: string, type: string): string {
  if (type === 'number' || type === 'boolean') return type
  if (isText(type)) return 'string'
  throw new ProviderError('invalid', `Output "${name}" is ${type}: say in config.schema what is to be in it.`)
}

/** An object of these properties; references of a wrapped schema still find their definitions. */
function objectOf(properties: JsonObject, wrapped: JsonObject = {}): JsonObject {
  const { $defs, definitions } = wrapped
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  }
}
