/** How the page is served. */
export interface ServeOptions {
  /** From 0 to 65535; 0 for one that is free. @default 0 */
  readonly port?: number | undefined
  /** The movie that the page shows first. @default the one that was changed last */
  readonly movie?: string | undefined
}

/** A page that is being served, to browsers of this machine alone. */
export interface PageServer extends AsyncDisposable {
  /** Its address, with the token that opens it. Whoever has that may see everything in the store. */
  readonly url: string
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends it. Idempotent. */
  close(): Promise<void>
}
