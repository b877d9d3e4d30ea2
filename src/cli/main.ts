#!/usr/bin/env node
import { CommanderError } from 'commander'
import { ShowrunnerError } from '../model/error.js'
import { EXIT, exitCodeOfError } from './exit-code.js'
import { describeError, errorJson } from './output.js'
import { createProgram } from './program.js'

// A reader that closes the pipe early (`| head`) has what it wanted.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(EXIT.done)
  throw error
})

// Node's exit code for a program that waits for something that can never come.
const UNSETTLED = 13
process.on('exit', code => {
  if (code === UNSETTLED)
    process.stderr.write(
      'INTERNAL: The command stopped before its end. Run it again to continue, and please report this.\n',
    )
})

try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has told a person already.
    if (error.exitCode !== 0) tellMachine(new ShowrunnerError('USAGE_INVALID', error.message))
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  } else {
    tellMachine(error)
    process.stderr.write(`${describeError(error)}\n`)
    process.exitCode = exitCodeOfError(error)
  }
}

function tellMachine(error: unknown): void {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorJson(error))}\n`)
}
