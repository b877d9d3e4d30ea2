import { once } from 'node:events'
import { isShowrunnerError } from '../model/error.js'

/** Writes a line to stdout and waits when the reader is slower than we are. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
}

export function printJson(value: unknown): Promise<void> {
  return printLine(JSON.stringify(value))
}

/** An error for a person: what happened and the way out; the stack only when we did not expect it. */
export function describeError(error: unknown): string {
  if (isShowrunnerError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

export function errorJson(error: unknown): object {
  if (!isShowrunnerError(error)) return { error: { code: 'INTERNAL', message: String(error) } }
  return { error: { code: error.code, message: error.message, details: error.details } }
}

/** Aligns columns by their widest cell; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, String(cell).length)
    })
  return rows
    .map(row =>
      row
        .map((cell, at) =>
          typeof cell === 'number' ? String(cell).padStart(widths[at]!) : cell.padEnd(widths[at]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
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

export const formatCount = (count: number): string => count.toLocaleString('en-US')
