import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { CheckSpec } from '../../../model/check/check-spec.js'
import type { JsonObject } from '../../../model/json.js'
import type { AnswerOutputs } from '../../../model/movie/event.js'
import type { OutputRequest } from '../../../model/provider/provider.js'

/** Reasons of schemas that one answer is rejected for, at most. */
const FAULT_LIMIT = 20

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false })
const compiled = new WeakMap<CheckSpec, readonly (readonly [string, ValidateFunction])[]>()

/** What keeps a value from being a JSON Schema of draft 2020-12; undefined: nothing. `format` is not looked at. */
export function schemaMistake(schema: JsonObject | boolean): string | undefined {
  try {
    compileSchema(schema)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** What does not fit the schemas of a check. Of an output that is spread over loops, each artifact has to. */
export function schemaFaults(
  spec: CheckSpec,
  outputs: AnswerOutputs,
  requested: Readonly<Record<string, OutputRequest>>,
): string[] {
  let validators = compiled.get(spec)
  if (validators === undefined) {
    validators = Object.entries(spec.schemas).map(([output, schema]) => [output, compileSchema(schema)])
    compiled.set(spec, validators)
  }
  const faults = validators.flatMap(([output, validate]) => {
    const value = outputs[output]
    if (requested[output]?.count === undefined) return faultsOf(output, validate, value)
    return (value as readonly unknown[]).flatMap((item, at) => faultsOf(`${output}[${at}]`, validate, item))
  })
  return faults.slice(0, FAULT_LIMIT)
}

/** Two producers may have schemas with the same `$id`. */
function compileSchema(schema: JsonObject | boolean): ValidateFunction {
  if (typeof schema === 'boolean') return ajv.compile(schema)
  const { $id: _, ...own } = schema
  return ajv.compile(own)
}

function faultsOf(name: string, validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(error => `${name}${pathOf(error)} ${messageOf(error)}`)
}

/** `.scenes[2].title` of the pointer `/scenes/2/title`. */
const pathOf = ({ instancePath }: ErrorObject): string =>
  instancePath
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')

function messageOf({ keyword, message = 'does not fit', params }: ErrorObject): string {
  if (keyword === 'enum') return `${message}: ${JSON.stringify(params.allowedValues)}`
  if (keyword === 'const') return `${message}: ${JSON.stringify(params.allowedValue)}`
  if (keyword === 'additionalProperties') return `${message}: ${String(params.additionalProperty)}`
  return message
}
