import { createHash } from 'node:crypto'

/** A number in [0, 1) that depends on nothing but its arguments. */
export function drawn(...parts: readonly (string | number)[]): number {
  return (
    Number.parseInt(createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12), 16) / 2 ** 48
  )
}

/** Numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: string | number): () => number {
  let count = 0
  return () => drawn(seed, ++count)
}
