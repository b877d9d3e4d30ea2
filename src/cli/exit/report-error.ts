import { describeError, errorJson } from '../display/error-text.js'
import { tell } from '../display/output.js'
import { printableJson } from '../display/terminal-text.js'
import { exitCodeOfError } from './exit-code-of-error.js'

/** Says what ended a command, to a person and with `--json` to a machine, and returns the exit code. */
export function reportError(error: unknown, isJson: boolean): number {
  if (isJson) process.stdout.write(`${printableJson(JSON.stringify(errorJson(error)))}\n`)
  tell(describeError(error))
  return exitCodeOfError(error)
}
