import * as crypto from 'node:crypto'

/** SHA-256 in hex of a string's UTF-8 bytes or of raw bytes. */
export function sha256(data: string | Uint8Array): string {
  return crypto.hash('sha256', data, 'hex')
}
