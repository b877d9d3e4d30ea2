import { ProviderError } from '../../../model/provider/failure/provider-error.js'

/**
 * Why a file cannot be had from the address that a service gave for it: it is gone, the address is
 * refused (as one that has expired is), or what is there is no such file.
 */
export type Unavailability = 'gone' | 'refused' | 'unusable'

/** A file that a service has made cannot be had from where it said, however often it is tried. */
export class FileUnavailableError extends ProviderError {
  readonly kind: Unavailability
  /** Another try at the same address is in vain. */
  readonly isFinal: boolean

  /** @param answer the beginning of what came in place of the file */
  constructor(kind: Unavailability, message: string, isFinal = false, answer?: string) {
    super('overloaded', message, answer === undefined ? {} : { answer })
    this.kind = kind
    this.isFinal = isFinal
  }

  /** The same as an error after which nothing is tried again in this run. */
  asLast(): ProviderError {
    const { message, usage, costUsd, answer } = this
    const account = { ...(usage && { usage }), ...(costUsd !== undefined && { costUsd }) }
    return new ProviderError('bug', message, {
      cause: this,
      ...account,
      ...(answer !== undefined && { answer }),
    })
  }

  final(): FileUnavailableError {
    return new FileUnavailableError(this.kind, this.message, true, this.answer)
  }
}

/** What object stores say of an address whose time is over (S3, R2, GCS, Azure, CloudFront). */
const EXPIRED =
  /expired|expiry time|not valid in the specified time|RequestTimeTooSkewed|<Code>(AccessDenied|AuthenticationFailed)/i

/** Passing states of a place, whatever it holds. */
const PASSING = new Set([407, 408, 421, 425, 429])

/** The error of an address that answers so; undefined for an answer that says nothing about the file. */
export function unavailable(place: string, status: number, body: string): FileUnavailableError | undefined {
  if (status < 400 || status >= 500 || PASSING.has(status)) return undefined
  if (status === 404 || status === 410) {
    // Right after a job is done its file may be missing for a second.
    return new FileUnavailableError('gone', `The file ${place} is gone (HTTP ${status}).`)
  }
  const isExpired = EXPIRED.test(body)
  const how = isExpired ? 'has expired' : 'is refused'
  return new FileUnavailableError('refused', `The address ${place} ${how} (HTTP ${status}).`, isExpired)
}
