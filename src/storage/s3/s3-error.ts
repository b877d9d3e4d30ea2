import { ShowrunnerError } from '../../model/error/error.js'

/** The HTTP status of an answer that the SDK has made an error of. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode

/** The store lets two writers overwrite each other. */
export const conditionUnsupported = (cause?: unknown): ShowrunnerError =>
  new ShowrunnerError(
    'STORE_UNSUPPORTED',
    'This object store does not keep the condition "If-None-Match: *", so two writers could overwrite each other. Use a store that does: Amazon S3, Cloudflare R2, MinIO, Ceph.',
    { cause },
  )

/** A failure of the object store in the words of this package; errors of this package pass unchanged. */
export function s3Error(error: unknown, doing: string): ShowrunnerError {
  if (error instanceof ShowrunnerError) return error
  const cause = innermost(error)
  const status = statusOf(cause)
  // The whole response, sockets and all, which nobody wants in a log.
  Reflect.deleteProperty(cause, '$response')
  const reason = `${cause.name}: ${cause.message}${status === undefined ? '' : ` (HTTP ${status})`}`
  return new ShowrunnerError('STORE_FAILED', `${doing} failed: ${reason}. ${wayOut(cause, status)}`, {
    cause: error,
    details: { status: status ?? null, name: cause.name },
  })
}

/** The SDK's error under FlyStorage's. */
function innermost(error: unknown): Error {
  let current = error
  while (current instanceof Error && statusOf(current) === undefined && current.cause instanceof Error) {
    current = current.cause
  }
  return current instanceof Error ? current : new Error(String(current))
}

function wayOut({ name }: Error, status: number | undefined): string {
  if (name === 'NoSuchBucket') return 'Create the bucket, or correct its name in the URL of the store.'
  if (name === 'CredentialsProviderError') {
    return 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure a profile.'
  }
  if (status === 401 || status === 403)
    return 'Give these credentials the right to read, write and list there.'
  return 'Check the endpoint and the network, then run again to continue.'
}
