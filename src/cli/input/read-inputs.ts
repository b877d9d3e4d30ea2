import { InputError, type Mistake, readInputFile } from '../../index.js'
import { noticeWaiting } from './notice-waiting.js'

/**
 * Reads inputs as a command line gives them: `name=value`, `name=@file` (.csv, .tsv, .jsonl, .json, .yaml;
 * any other file is text), `name=@@text` for a value that starts with @; and one file with all of them.
 * Assignments override the file, later ones the earlier ones. Whether the values fit is checked against
 * the blueprint later, by `resolveInputs`.
 * @throws InputError with every mistake in the files and assignments
 */
export async function readInputs(source: {
  readonly assignments: readonly string[]
  readonly inputsFile?: string | undefined
}): Promise<Record<string, unknown>> {
  const inputs = new Map<string, unknown>()
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
    await attempt(async () => {
      for (const [name, value] of await readInputsFile(inputsFile)) inputs.set(name, value)
    })
  for (const assignment of source.assignments)
    await attempt(async () => {
      const { name, text } = splitAssignment(assignment)
      inputs.set(name, await readValue(text))
    })
  if (mistakes.length > 0) throw new InputError(mistakes)
  // Every name becomes a key of its own, also `__proto__`, so that the blueprint's check sees all of them.
  return Object.fromEntries(inputs)
}

function splitAssignment(assignment: string): { name: string; text: string } {
  const equals = assignment.indexOf('=')
  const name = assignment.slice(0, equals).trim()
  if (equals === -1 || name === '')
    throw wrong(`-i ${assignment.slice(0, 80)}`, 'Expected -i name=value, or -i name=@file.csv.')
  return { name, text: assignment.slice(equals + 1) }
}

async function readValue(text: string): Promise<unknown> {
  if (text.startsWith('@@')) return text.slice(1)
  if (!text.startsWith('@')) return text
  return await readFile(text.slice(1))
}

async function readInputsFile(path: string): Promise<readonly (readonly [string, unknown])[]> {
  if (!/\.(ya?ml|json)$/i.test(path))
    throw wrong(path, 'A file of inputs is .yaml or .json. A table is given as -i rows=@file.csv.')
  const value = await readFile(path)
  if (value === null) return []
  if (typeof value !== 'object' || Array.isArray(value))
    throw wrong(path, 'Expected a mapping from the names of inputs to their values.')
  return Object.entries(value)
}

const readFile = (path: string) => noticeWaiting(path, readInputFile(path))

function wrong(path: string, message: string): InputError {
  return new InputError([{ path, message }])
}
