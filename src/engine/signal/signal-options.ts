/** Of a call that may take long. */
export interface SignalOptions {
  /** Aborting it ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}
