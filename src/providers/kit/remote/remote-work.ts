import type { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceResult } from '../../../model/provider/provider.js'

/** What a service says of one of its jobs. */
export type RemoteState<Done> =
  | { readonly state: 'running'; readonly fraction?: number; readonly note?: string }
  | { readonly state: 'done'; readonly result: Done }
  /** The job is over without a result; another attempt is a new job. */
  | { readonly state: 'failed'; readonly error: ProviderError }
  | { readonly state: 'cancelled' }
  /** The service itself says that there is no such job; any other 404 is an error to throw. */
  | { readonly state: 'missing' }

/** A service that takes work, gives an id for it, and is asked for the result later. */
export interface RemoteWork<Done> {
  /** Names the service in checkpoints and messages. */
  readonly service: string
  readonly pollMs: number
  /** Sends the work, once, and resolves with the service's id for it. The key is new when the last job is over. */
  submit(idempotencyKey: string, signal: AbortSignal): Promise<string>
  poll(id: string, signal: AbortSignal): Promise<RemoteState<Done>>
  cancel?(id: string, signal: AbortSignal): Promise<unknown>
  /**
   * Downloads and maps what was made; repeats its downloads itself.
   * @param isOld the work was done before this attempt began
   */
  collect(result: Done, isOld: boolean): Promise<ProduceResult>
}
