#!/usr/bin/env node
import { Console } from 'node:console'
import module from 'node:module'
import { CommanderError } from 'commander'
import { ShowrunnerError } from '../model/error/error.js'
import { describeError, errorJson, isOutputError, tell, watchOutput } from './display/output.js'
import { endedByCommand, watchForEarlyEnd } from './early-end.js'
import { EXIT, exitCodeOfError } from './exit-code.js'
import { createProgram } from './program.js'

// From Node 22 on, what is loaded after this is compiled only once: a third of the time of a short command.
;(module as { enableCompileCache?: () => void }).enableCompileCache?.()

watchOutput()
// Standard output may be read by a machine, so what a config or an inline provider prints goes to stderr.
globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr })

watchForEarlyEnd()
try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has told a person already.
    if (error.exitCode !== 0) tellMachine(new ShowrunnerError('USAGE_INVALID', error.message))
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  } else if (!isOutputError(error)) {
    tellMachine(error)
    tell(describeError(error))
    process.exitCode = exitCodeOfError(error)
  }
}
endedByCommand()

function tellMachine(error: unknown): void {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorJson(error))}\n`)
}
