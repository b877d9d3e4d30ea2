import { z } from 'zod'
import { normalDeviate } from '../seeded-random.js'

const milliseconds = () => z.number().min(0)

/** How long a call takes: a fixed number of milliseconds, or a distribution of them. All of it is in milliseconds. */
export type Latency =
  | number
  | {
      /** Always the same. */
      distribution: 'fixed'
      /** Every call takes so long. */
      mean: number
    }
  | {
      /** Any time between two is as likely as any other. */
      distribution: 'uniform'
      /** At least. */
      min: number
      /** At most. */
      max: number
    }
  | {
      /** A bell around the mean, cut off at 0. */
      distribution: 'normal'
      /** The middle of the bell. */
      mean: number
      /** Standard deviation. */
      deviation: number
    }
  | {
      /** Mostly fast, with a long tail, as services are. */
      distribution: 'lognormal'
      /** Half of all calls take longer. */
      median: number
      /** Standard deviation of the logarithm. */
      sigma: number
    }
  | {
      /** As measured. */
      distribution: 'empirical'
      /** From the smallest to the greatest, in equal steps. */
      quantiles: number[]
    }

/** A function, since few plans read a latency, and making the schema takes a millisecond. */
export const latencySchema = () =>
  z.union([
    milliseconds(),
    z.discriminatedUnion('distribution', [
      z.strictObject({ distribution: z.literal('fixed'), mean: milliseconds() }),
      z.strictObject({ distribution: z.literal('uniform'), min: milliseconds(), max: milliseconds() }),
      z.strictObject({ distribution: z.literal('normal'), mean: milliseconds(), deviation: milliseconds() }),
      /** `sigma` is the standard deviation of the logarithm: 0.5 is typical of a loaded service. */
      z.strictObject({
        distribution: z.literal('lognormal'),
        median: milliseconds(),
        sigma: z.number().min(0),
      }),
      /** Measured ones: the smallest, the greatest, and in equal steps what lies between. */
      z.strictObject({
        distribution: z.literal('empirical'),
        quantiles: z.array(milliseconds()).min(1).max(1_001),
      }),
    ]),
  ]) satisfies z.ZodType<Latency>

/** Draws a delay in milliseconds, 0 at least. */
export function drawLatency(latency: Latency, random: () => number): number {
  if (typeof latency === 'number') return latency
  switch (latency.distribution) {
    case 'fixed':
      return latency.mean
    case 'uniform':
      return latency.min + (latency.max - latency.min) * random()
    case 'normal':
      return Math.max(0, latency.mean + latency.deviation * normalDeviate(random))
    case 'lognormal':
      return latency.median * Math.exp(latency.sigma * normalDeviate(random))
    case 'empirical':
      return between(latency.quantiles, random())
  }
}

/** The quantile at `share`, on the line between its neighbours. */
function between(quantiles: readonly number[], share: number): number {
  const position = share * (quantiles.length - 1)
  const at = Math.floor(position)
  const low = quantiles[at]!
  return low + ((quantiles[at + 1] ?? low) - low) * (position - at)
}
