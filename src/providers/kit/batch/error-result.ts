import type { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { RowResult } from './batch-api.js'
import { isPassing } from './steady-call.js'

/** What an error makes of a request: what keeps it from being answered for a while is no answer to it. */
export const errorResult = (error: ProviderError): RowResult =>
  isPassing(error) ? { state: 'undone', reason: error.message } : { state: 'refused', error }
