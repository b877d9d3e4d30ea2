import { tmpdir } from 'node:os'
import { ProviderError } from '../../model/provider/failure/provider-error.js'

const FULL = new Set(['ENOSPC', 'EDQUOT'])
const UNUSABLE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ELOOP'])

/**
 * What the folder for temporary files does to one job it does to all of them. Undefined when it is not to blame: errors
 * of the store have other codes.
 */
export function temporaryFailure(error: unknown): ProviderError | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (!(FULL.has(code) || UNUSABLE.has(code))) return undefined
  const wayOut = FULL.has(code)
    ? 'Make space there, set TMPDIR to a folder that has some, or lower the concurrency'
    : 'Set TMPDIR to a folder that exists and that this user may write to'
  return new ProviderError(
    'invalid',
    `The folder for temporary files, ${tmpdir()}, cannot be used: ${message}. ${wayOut}, then run again to continue.`,
    { isOfSetup: true, cause: error },
  )
}

/** Makes or writes something in the folder for temporary files. @throws ProviderError that names it */
export async function inTemporaryFolder<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw temporaryFailure(error) ?? error
  }
}
