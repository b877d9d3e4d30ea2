import type { Mistake } from '../../diagnostics/mistake.js'
import { isForbiddenKey } from '../../model/json/forbidden-key.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { InputError } from '../../plan/inputs/input-error.js'
import { readValueFile } from './read-value-file.js'

/**
 * Reads inputs as a command line gives them: `name=value`, `name=@file` (.csv, .tsv, .jsonl, .json, .yaml;
 * any other file is text), `name=@@text` for a value that starts with @; and one file with all of them.
 * Assignments lie over the file, later ones over earlier ones. Whether the values fit is checked against
 * the blueprint later, by `resolveInputs`.
 * @throws InputError with every mistake in the files and assignments
 */
export async function readInputs(source: {
  readonly assignments: readonly string[]
  readonly inputsFile?: string | undefined
}): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {}
  const mistakes: Mistake[] = []
  const attempt = async (read: () => Promise<void>) => {
    try {
      await read()
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      mistakes.push(...error.mistakes)
    }
  }
  const { inputsFile } = source
  if (inputsFile !== undefined)
    await attempt(async () => void Object.assign(inputs, await readInputsFile(inputsFile)))
  for (const assignment of source.assignments)
    await attempt(async () => {
      const { name, text } = splitAssignment(assignment)
      inputs[name] = await readValue(text)
    })
  if (mistakes.length > 0) throw new InputError(mistakes)
  return inputs
}

function splitAssignment(assignment: string): { name: string; text: string } {
  const equals = assignment.indexOf('=')
  const name = assignment.slice(0, equals).trim()
  if (equals === -1 || name === '')
    throw wrong(`-i ${assignment.slice(0, 80)}`, 'Expected -i name=value, or -i name=@file.csv.')
  if (isForbiddenKey(name)) throw wrong(name, 'This name is not allowed.')
  return { name, text: assignment.slice(equals + 1) }
}

async function readValue(text: string): Promise<unknown> {
  if (text.startsWith('@@')) return text.slice(1)
  if (!text.startsWith('@')) return text
  return await readValueFile(text.slice(1))
}

async function readInputsFile(path: string): Promise<JsonObject> {
  if (!/\.(ya?ml|json)$/i.test(path))
    throw wrong(path, 'A file of inputs is .yaml or .json. A table is given as -i rows=@file.csv.')
  const value = await readValueFile(path)
  if (value === null) return {}
  if (!isJsonObject(value)) throw wrong(path, 'Expected a mapping from the names of inputs to their values.')
  const forbidden = Object.keys(value).find(isForbiddenKey)
  if (forbidden !== undefined) throw wrong(path, `"${forbidden}" is not allowed as a name.`)
  return value
}

function wrong(path: string, message: string): InputError {
  return new InputError([{ path, message }])
}
