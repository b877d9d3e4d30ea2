import { setupFault } from './setup-fault.js'
import { isUnserved } from './unserved.js'

/** What a connection that failed says, for the error of its job. */
export interface ConnectionFailure {
  readonly message: string
  readonly traits: { readonly isUnserved?: true; readonly isOfSetup?: true }
}

/**
 * What a failed connection means for other calls, and in words, with what to do where that is known.
 * @param message what is said about it so far
 */
export function connectionFailure(error: unknown, message: string): ConnectionFailure {
  const wayOut = setupFault(error)
  if (wayOut === undefined) return { message, traits: isUnserved(error) ? { isUnserved: true } : {} }
  const said = message.replace(/[:.\s]+$/, '')
  return { message: `${said}. ${wayOut}`, traits: { isUnserved: true, isOfSetup: true } }
}
