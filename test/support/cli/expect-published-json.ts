import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

const SCHEMAS = new URL('../../../schema/commands/', import.meta.url)
const ajv = new Ajv({ strict: false, allErrors: true })
const validators = new Map<string, ValidateFunction>()

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name)
  if (known) return known
  const validate = ajv.compile(JSON.parse(readFileSync(new URL(`${name}.schema.json`, SCHEMAS), 'utf8')))
  validators.set(name, validate)
  return validate
}

/** @throws when a line that a command has printed with `--json` is not what its published schema says */
export function expectPublishedJson(command: string, stdout: string): void {
  for (const line of stdout.split('\n').slice(0, -1)) {
    const value = JSON.parse(line) as object
    const validate = validatorOf('error' in value && Object.keys(value).length === 1 ? 'error' : command)
    if (validate(value)) continue
    throw new Error(`${command} --json: ${ajv.errorsText(validate.errors)}\n${line.slice(0, 2_000)}`)
  }
}
