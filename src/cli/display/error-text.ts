import { isShowrunnerError } from '../../index.js'

/** An error for a person: what happened and the way out; the stack only when we did not expect it. */
export function describeError(error: unknown): string {
  if (isShowrunnerError(error)) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === 'uv_cwd') return 'The folder that you are in is gone. Change to another one, and try again.'
  const isOfSystem = typeof syscall === 'string'
  return isOfSystem ? error.message : (error.stack ?? error.message)
}

/** What a command prints with `--json` when it fails. */
export interface ErrorOutput {
  readonly error: {
    /** See docs/errors.md; `INTERNAL`: a defect. */
    readonly code: string
    readonly message: string
    readonly details?: Readonly<Record<string, unknown>>
  }
}

export function errorJson(error: unknown): ErrorOutput {
  if (!isShowrunnerError(error)) return { error: { code: 'INTERNAL', message: String(error) } }
  return { error: { code: error.code, message: error.message, details: error.details } }
}
