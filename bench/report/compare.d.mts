import type { Row } from './row.mjs'

export interface Change {
  readonly name: string
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly verdict: 'better' | 'worse' | 'within the noise' | 'too few samples'
}

export function compareResults(
  later: { readonly rows: readonly Row[] },
  earlier: { readonly rows: readonly Row[] },
): Change[]
