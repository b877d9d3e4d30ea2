import { CLOSE_BRACE, CRC_DIGITS, QUOTE, SEAL_KEY, SEAL_LENGTH } from './log-line.js'

/** `0` stands for any hex digit. */
const SEAL_PATTERN = `${SEAL_KEY}${'0'.repeat(CRC_DIGITS)}"}`

/** Whether a line ends like one of ours, whatever its checksum. */
export function hasSeal(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < SEAL_LENGTH || bytes[end - 1] !== CLOSE_BRACE || bytes[end - 2] !== QUOTE) return false
  return (
    startsWith(bytes, end - SEAL_LENGTH, end, SEAL_KEY) && readHex8(bytes, end - CRC_DIGITS - 2) !== undefined
  )
}

/** A byte or two of the seal are wrong: then the line was whole once, and not cut short. */
export function hasDamagedSeal(bytes: Buffer, start: number, end: number): boolean {
  const seal = end - SEAL_LENGTH
  if (seal < start) return false
  let wrong = 0
  for (let i = 0; i < SEAL_LENGTH; i++) {
    const byte = bytes[seal + i]!
    const isRight = SEAL_PATTERN[i] === '0' ? isHexDigit(byte) : byte === SEAL_PATTERN.charCodeAt(i)
    if (!isRight) wrong += 1
  }
  return wrong <= 2
}

export function startsWith(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}

/** The number that eight hex digits say; undefined when they are none. */
export function readHex8(bytes: Buffer, start: number): number | undefined {
  let value = 0
  for (let i = start; i < start + CRC_DIGITS; i++) {
    const code = bytes[i]!
    let digit = code - 0x30
    if (digit < 0 || digit > 9) {
      digit = code - 0x61 + 10
      if (digit < 10 || digit > 15) return undefined
    }
    value = value * 16 + digit
  }
  return value
}

const isHexDigit = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
