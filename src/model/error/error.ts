/** A job's error message, a log line of a provider. */
export const MESSAGE_LIMIT_CHARS = 2_000

/**
 * Every code an error of this package can carry. Stable: callers and tests match codes, never prose.
 * `docs/errors.md` explains each one; a test holds that page complete.
 */
export const ERROR_CODES = [
  'BLUEPRINT_INVALID',
  'BLUEPRINT_UNREADABLE',
  'INPUT_INVALID',
  'CONFIG_INVALID',
  'USAGE_INVALID',
  'MOVIE_ID_INVALID',
  'MOVIE_NOT_FOUND',
  'JOB_UNKNOWN',
  'ARTIFACT_UNKNOWN',
  'PROVIDER_UNKNOWN',
  'PLAN_TOO_LARGE',
  'BUDGET_UNPRICED',
  'PROBE_FAILED',
  'MOVIE_BUSY',
  'WRITER_FENCED',
  'APPEND_UNRESOLVED',
  'MANIFEST_CONFLICT',
  'EDIT_CONFLICT',
  'LOG_CORRUPT',
  'MANIFEST_CORRUPT',
  'BLOB_CORRUPT',
  'BLOB_MISSING',
  'STORE_UNSUPPORTED',
  'STORE_FULL',
  'STORE_FAILED',
  'STORE_NOT_SHARED',
  'NOT_DISTRIBUTABLE',
  'FLEET_UNREACHABLE',
  'OPEN_FILES_LIMIT',
  'WRITER_CLOSED',
  'ENGINE_CLOSED',
  'INTERNAL',
] as const

/** What has gone wrong, for a program to look at; docs/errors.md says what to do about each. */
export type ErrorCode = (typeof ERROR_CODES)[number]

export interface ErrorOptions {
  readonly cause?: unknown
  /** Typed facts about the error; printed by `--json`, so never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one error class of this package. `message` says what happened, what was expected, and the way out. */
export class ShowrunnerError extends Error {
  /** What has gone wrong, for a program to look at. */
  readonly code: ErrorCode
  /** What the message names, as data. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.details = options.details ?? {}
  }
}

const WAY_OUT_OF_A_RUN =
  'Wait for it (--wait, or waitMs), stop it and run again, or take the movie over (--takeover).'

/** Another live writer holds the movie: wait for it, or let it finish. */
export class MovieBusyError extends ShowrunnerError {
  /** The movie's name. */
  readonly movieId: string
  /** host/pid/nonce of the process that writes it. */
  readonly holder: string
  /** When the holder took the movie, ISO 8601. */
  readonly since: string

  constructor(movieId: string, holder: string, sinceIso: string, wayOut: string = WAY_OUT_OF_A_RUN) {
    super('MOVIE_BUSY', `Movie "${movieId}" is being written by ${holder} since ${sinceIso}. ${wayOut}`, {
      details: { movieId, holder, since: sinceIso },
    })
    this.movieId = movieId
    this.holder = holder
    this.since = sinceIso
  }
}

/** A newer writer has opened the log; nothing this writer sends is accepted any more. */
export class WriterFencedError extends ShowrunnerError {
  constructor(movieId: string, token: number, newerToken: number) {
    super(
      'WRITER_FENCED',
      `Writer token ${token} of movie "${movieId}" was superseded by token ${newerToken}: another process took the movie over. Everything acknowledged before is kept; run again to continue.`,
      { details: { movieId, token, newerToken } },
    )
  }
}

/** Nobody could find out whether an append was carried out; the writer takes no more. */
export class UnresolvedAppendError extends ShowrunnerError {
  constructor(movieId: string, segment: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      'APPEND_UNRESOLVED',
      `Whether segment ${segment} of the log of movie "${movieId}" was written is not known. ${reason} Everything acknowledged before is kept; run again: the next writer reads what is there.`,
      { cause, details: { movieId, segment } },
    )
  }
}

/** The newest manifest is not the one that this writer has loaded: another process saved one, or the file was changed. */
export class ManifestConflictError extends ShowrunnerError {
  /** The movie. */
  readonly movieId: string
  /** SHA-256 of the manifest that was loaded; null when there was none. */
  readonly expected: string | null
  /** SHA-256 of the newest one now; null when there is none any more. */
  readonly actual: string | null

  constructor(movieId: string, expected: string | null, actual: string | null) {
    const named = (hash: string | null) =>
      hash === null ? 'no manifest' : `the one with the SHA-256 ${hash}`
    super(
      'MANIFEST_CONFLICT',
      `The manifest of movie "${movieId}" is ${named(actual)}, expected ${named(expected)}: another process saved or changed it. Nothing is lost, the log has everything. Run again to continue from the newest one.`,
      { details: { movieId, expected, actual } },
    )
    this.movieId = movieId
    this.expected = expected
    this.actual = actual
  }
}

/** True for errors of this package, also across copies of it. */
export function isShowrunnerError(error: unknown): error is ShowrunnerError {
  return error instanceof Error && ERROR_CODES.includes((error as Partial<ShowrunnerError>).code as ErrorCode)
}

/** Exhaustiveness check: the compiler rejects a call while a union member is unhandled. */
export function unreachable(value: never): never {
  throw new ShowrunnerError('INTERNAL', `Unhandled case ${JSON.stringify(value)}. Please report this.`)
}
