/** What a service says about one of its allowances. */
export interface Allowance {
  /** Units an interval has, when full. */
  readonly limit?: number
  /** Units left. */
  readonly remaining?: number
  /** Milliseconds until it is full again. */
  readonly resetMs?: number
}

/** What the headers of one response say about limits; all of them are optional. */
export interface RateLimitReport {
  /** Milliseconds that the service wants nobody to call it. */
  readonly retryAfterMs?: number
  readonly requests?: Allowance
  readonly tokens?: Allowance
}

/** `Headers` of fetch, or a mapping with lower-case names, as of Node. */
export type HeaderSource =
  | {
      /** The value of a header, whatever its case; null or undefined without one. */
      get(name: string): string | null
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>
