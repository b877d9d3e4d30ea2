import { once } from 'node:events'
import { EXIT } from '../exit/exit-code.js'
import { printableJson, printableText } from './terminal-text.js'

let stdoutError: Error | undefined

/** Keeps the process alive when stdout or stderr cannot be written. */
export function watchOutput(): void {
  // Progress that cannot be shown is no reason to stop.
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isFirst = stdoutError === undefined
    stdoutError ??= error
    // A reader that closes the pipe early (`| head`) has what it wanted; the exit code is still the command's.
    if (error.code === 'EPIPE' || !isFirst) return
    tell(`The output cannot be written: ${error.message}`)
    process.exitCode ||= EXIT.failed
  })
}

/** True for what ended a command because stdout failed, which has been told. */
export const isOutputError = (error: unknown): boolean => error === stdoutError

/** Prints a line for a person on stdout. */
export function printLine(line: string): Promise<void> {
  return write(printableText(line))
}

/**
 * Prints a line for a machine on stdout. Its type is named where the command is declared, `ListOutput` for `list`:
 * schema/commands is written from these types.
 */
export function printJson<Output extends object = never>(value: NoInfer<Output>): Promise<void> {
  return write(printableJson(JSON.stringify(value)))
}

/** Prints a line on stdout as it is, for a file that another program reads. */
export const printAsIs = (line: string): Promise<void> => write(line)

/** Says something to a person on stderr. */
export function tell(text: string): void {
  process.stderr.write(`${printableText(text)}\n`)
}

/** Waits when the reader is slower than we are. @throws what stdout failed with */
async function write(line: string): Promise<void> {
  if (stdoutError) throw stdoutError
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
}

/** `1h 02m`, `3m 05s`, `12.3 s`, `85 ms` */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3_600)}h ${two(Math.floor((seconds % 3_600) / 60))}m`
}

/** `$12.35`, `$0.4200`, `$0.000012`: cents are enough above a dollar, two digits that count far below a cent. */
export function formatDollars(dollars: number): string {
  if (dollars >= 1) return `$${dollars.toFixed(2)}`
  const leadingZeros = dollars > 0 ? Math.floor(-Math.log10(dollars)) : 0
  return `$${dollars.toFixed(Math.min(10, Math.max(4, leadingZeros + 2)))}`
}

/** `1,234,567`. Not by the locale data of the runtime, whose first use takes longer than a short command. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
