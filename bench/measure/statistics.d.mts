export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly samples: readonly number[]
}
export const LEAST_SAMPLES: number
export function median(values: readonly number[]): number
export function estimate(samples: readonly number[]): Estimate
export function ratioOfMedians(
  later: readonly number[],
  earlier: readonly number[],
): Omit<Estimate, 'samples'>
