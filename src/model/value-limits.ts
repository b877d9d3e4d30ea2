/** Values up to this many bytes live in the log line; larger ones become blobs. */
export const INLINE_LIMIT_BYTES = 16 * 1024
/** The highest value of `inlineLimitBytes`. */
export const INLINE_LIMIT_MAX_BYTES = 1024 * 1024
/** Values of one job that live in log lines together; what comes after them becomes blobs, however small. */
export const JOB_INLINE_LIMIT_BYTES = 16 * 1024 * 1024
/** A text or JSON value that a provider returns; more must be a blob of a MIME type. */
export const VALUE_LIMIT_BYTES = 64 * 1024 * 1024
/** A checkpoint holds a provider's job id, not its result. */
export const CHECKPOINT_LIMIT_BYTES = 16 * 1024
/** JSON that a provider returns; deeper is taken for a value that contains itself. */
export const JSON_NESTING_LIMIT = 512
