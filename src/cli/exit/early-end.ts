import { tell } from '../display/output.js'
import { EXIT } from './exit-code.js'

let isEnded = false

/** Reports a process that ends although its command has not: it must not look like success. */
export function watchForEarlyEnd(): void {
  process.on('exit', () => {
    if (isEnded) return
    tell(
      'INTERNAL: The process ended before the command did: a config or an inline provider called process.exit(), or waits for something that never comes. What was recorded is kept; run again to continue.',
    )
    process.exitCode = EXIT.failed
  })
}

/** From here on an end of the process is meant. */
export function endedByCommand(): void {
  isEnded = true
}

/** Ends the process at once. */
export function exitNow(code: number): never {
  endedByCommand()
  process.exit(code)
}
