/** One line of a log. Values above INLINE_LIMIT_BYTES are blobs, so an honest line stays far below. */
export const LOG_LINE_LIMIT_BYTES = 64 * 1024 * 1024

/*
 * One line of a log: {"seq":17,"w":3,…the event…,"c":"0a1b2c3d"}\n
 * `c` is the CRC-32 (IEEE 802.3, as in zlib) of the line's UTF-8 bytes without `,"c":"…"`.
 */

export const HEAD = '{"seq":'
export const TOKEN_KEY = ',"w":'
export const SEAL_KEY = ',"c":"'
export const CRC_DIGITS = 8
/** Bytes of `,"c":"0a1b2c3d"}`. */
export const SEAL_LENGTH = SEAL_KEY.length + CRC_DIGITS + 2

/** Bytes with a meaning in a line. */
export const NEWLINE = 0x0a
export const QUOTE = 0x22
export const COMMA = 0x2c
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
