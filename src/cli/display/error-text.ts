import { isShowrunnerError } from '../../index.js'

/** An error for a person: what happened and the way out; the stack only when we did not expect it. */
export function describeError(error: unknown): string {
  if (isShowrunnerError(error)) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const isOfSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string'
  return isOfSystem ? error.message : (error.stack ?? error.message)
}

export function errorJson(error: unknown): object {
  if (!isShowrunnerError(error)) return { error: { code: 'INTERNAL', message: String(error) } }
  return { error: { code: error.code, message: error.message, details: error.details } }
}
