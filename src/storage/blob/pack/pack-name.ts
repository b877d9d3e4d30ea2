import { randomBytes } from 'node:crypto'

/** A name that nobody else takes: milliseconds since 1970 in base 36, and a random tail. */
export function newPackName(): string {
  const startedAt = Date.now().toString(36).padStart(9, '0')
  return `${startedAt}-${randomBytes(6).toString('hex')}.pack`
}
