import { sha256 } from '../../src/model/hash.js'

/** A number in [0, 1) that depends on nothing but its arguments. */
export function drawn(...parts: readonly (string | number)[]): number {
  return Number.parseInt(sha256(parts.join('\n')).slice(0, 12), 16) / 2 ** 48
}

/** Numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: string | number): () => number {
  let count = 0
  return () => drawn(seed, ++count)
}
