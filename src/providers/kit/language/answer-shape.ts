import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { isTextMime, mimeName } from '../../../model/media/mime-type.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { OutputRequest, OutputValue, ProduceRequest } from '../../../model/provider/provider.js'
import { completeSchema, isStrictSchema, type SchemaCheck, schemaCheck } from './json-schema.js'

type Outputs = ProduceRequest['outputs']

/** What a model is asked to answer, and how its answer becomes the outputs. */
export type AnswerShape =
  | {
      readonly type: 'text'
      readonly output: string
      /** A file of a format, which models like to put into a fence. */
      readonly isDocument: boolean
    }
  | {
      readonly type: 'json'
      /** Absent: any JSON. Of an object, as services want it. */
      readonly schema?: JsonObject
      readonly isStrict: boolean
      readonly check: SchemaCheck
      /** The answer in the form that was asked for; a value may come without the object around it. */
      normal(answer: JsonValue): JsonValue
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
  for (const [name, { type }] of entries)
    if (!isWritable(type)) throw invalid(`output "${name}" is ${type}, which a language model cannot write.`)
  const [name, output] = entries[0]!
  if (entries.length > 1) return objectShape(outputs, schema ?? derivedSchema(outputs))
  if (output.count !== undefined && schema?.type !== 'array')
    return objectShape(outputs, schema ?? derivedSchema(outputs))
  if (schema === undefined && isText(output.type)) {
    const isDocument = isTextMime(output.type) && !/^text\/(plain|markdown)$/.test(mimeName(output.type))
    return { type: 'text', output: name, isDocument }
  }
  if (schema === undefined && (output.type === 'json' || isJsonMime(output.type))) {
    const outputsOf = (answer: JsonValue) => ({ [name]: outputValue(output, answer) })
    return { type: 'json', isStrict: false, check: () => undefined, normal: asIs, outputsOf }
  }
  return valueShape(name, output, schema ?? schemaOf(name, output))
}

const asIs = (answer: JsonValue): JsonValue => answer
const isJsonMime = (type: string): boolean => /[/+]json$/.test(mimeName(type))
const isText = (type: string): boolean => type === 'text' || (isTextMime(type) && !isJsonMime(type))
const isWritable = (type: string): boolean =>
  ['text', 'json', 'number', 'boolean'].includes(type) || isTextMime(type)

const invalid = (problem: string) => new ProviderError('invalid', `A model's answer: ${problem}`)

/** The answer is the value of the only output; services want an object, so other values are wrapped in one. */
function valueShape(name: string, output: OutputRequest, given: JsonObject): AnswerShape {
  const schema = fitted(name, output, completeSchema(given))
  const isObject = schema.type === 'object' || isJsonObject(schema.properties)
  const asked = isObject ? schema : objectOf({ value: schema }, schema)
  return {
    type: 'json',
    schema: asked,
    isStrict: isStrictSchema(asked),
    check: schemaCheck(asked),
    normal: answer => (isObject || (isJsonObject(answer) && 'value' in answer) ? answer : { value: answer }),
    outputsOf(answer) {
      const value = isObject ? answer : (answer as { value: JsonValue }).value
      return { [name]: outputValue(output, value) }
    },
  }
}

function objectShape(outputs: Outputs, given: JsonObject): AnswerShape {
  const completed = completeSchema(given)
  const properties = isJsonObject(completed.properties) ? { ...completed.properties } : {}
  const places = Object.entries(outputs).map(([name, output]) => {
    const place = placeOf(name, properties)
    properties[place] = fitted(name, output, properties[place])
    return { name, output, place }
  })
  const required = Array.isArray(completed.required) ? completed.required : []
  const schema: JsonObject = {
    ...completed,
    properties,
    required: [...new Set([...required, ...places.map(({ place }) => place)])],
  }
  return {
    type: 'json',
    schema,
    isStrict: isStrictSchema(schema),
    check: schemaCheck(schema),
    normal: asIs,
    outputsOf: answer =>
      Object.fromEntries(
        places.map(({ name, output, place }) => [name, outputValue(output, (answer as JsonObject)[place]!)]),
      ),
  }
}

/** The property `Title`, or else `title`. */
function placeOf(output: string, properties: JsonObject): string {
  const names = [output, output.charAt(0).toLowerCase() + output.slice(1)]
  const place = names.find(name => Object.hasOwn(properties, name))
  if (place !== undefined) return place
  const there = Object.keys(properties).join(', ') || 'none'
  throw invalid(`config.schema needs a property "${output}" for the output of that name; it has ${there}.`)
}

const VALUE_TYPES: Readonly<Record<string, readonly string[]>> = {
  number: ['number', 'integer'],
  boolean: ['boolean'],
}

/** The schema of an output's value, with the length of its loop. What does not suit the output is seen before it is paid. */
function fitted(name: string, { type, count }: OutputRequest, schema: JsonValue | undefined): JsonObject {
  if (!isJsonObject(schema)) throw invalid(`config.schema of output "${name}" must be a mapping.`)
  const allowed = count !== undefined ? ['array'] : isText(type) ? ['string'] : VALUE_TYPES[type]
  if (allowed !== undefined && typeof schema.type === 'string' && !allowed.includes(schema.type)) {
    const what = count === undefined ? type : `a list, of ${count}`
    throw invalid(`output "${name}" is ${what}, but config.schema has type ${schema.type} for it.`)
  }
  return count === undefined ? schema : { ...schema, minItems: count, maxItems: count }
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
  throw invalid(`output "${name}" is ${type}: say in config.schema what is to be in it.`)
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
