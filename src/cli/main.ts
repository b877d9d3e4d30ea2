#!/usr/bin/env node
import { Console } from 'node:console'
import module from 'node:module'
import { CommanderError } from '@commander-js/extra-typings'
import { commandIndex } from './command-index.js'
import { isOutputError, watchOutput } from './display/output.js'
import { endedByCommand, watchForEarlyEnd } from './exit/early-end.js'
import { EXIT } from './exit/exit-code.js'
import { nodeFault } from './node-fault.js'
import { createProgram } from './program.js'

// From Node 22 on, what is loaded after this is compiled only once: a third of the time of a short command.
;(module as { enableCompileCache?: () => void }).enableCompileCache?.()

watchOutput()
// Standard output may be read by a machine, so what a config or an inline provider prints goes to stderr.
globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr })

watchForEarlyEnd()
const args = process.argv.slice(2)
const isJson = args.includes('--json')
try {
  const fault = nodeFault(process.versions.node)
  if (fault !== undefined) {
    console.error(`error: ${fault}`)
    throw new CommanderError(EXIT.usage, 'node', fault)
  }
  const program = await createProgram(await commandIndex(), args)
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
    // Commander has told a person already.
    const { message } = error
    if (error.exitCode !== 0 && isJson)
      process.stdout.write(`${JSON.stringify({ error: { code: 'USAGE_INVALID', message } })}\n`)
  } else if (!isOutputError(error)) {
    process.exitCode = (await import('./exit/report-error.js')).reportError(error, isJson)
  }
}
endedByCommand()
