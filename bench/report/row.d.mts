import type { Estimate } from '../measure/statistics.mjs'

export interface Row {
  readonly name: string
  readonly value: Estimate
  readonly unit: string
  readonly better: 'at least' | 'at most'
  readonly goal?: number
  readonly measured: string
  readonly against: string
  readonly why?: string
}

interface About {
  readonly name: string
  readonly goal?: number
  readonly why?: string
  readonly against: string
}
interface Pairs {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

export function speedRow(about: About & { readonly amount: number; readonly per?: string }, pairs: Pairs): Row
export function timeRow(about: About, pairs: Pairs): Row
export function isReached(row: Row): boolean | undefined
