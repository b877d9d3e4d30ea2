import { ascending } from '../measure/percentile.js'
import type { UslPoint } from './fit-usl.js'

/**
 * X(n) = rate × n ÷ ((1 + (n ÷ knee)^p)^(1/p) + κ × n(n − 1)). The scalability law is p = 1: contention that is felt
 * from the first call on. The greater p, the sharper the knee: each call takes the same time until something is
 * full, and the rest waits.
 */
export interface Curve {
  readonly rate: number
  readonly knee: number
  readonly sharpness: number
  readonly kappa: number
  /** Root of the mean squared relative residual. */
  readonly residual: number
}

/** Knees that are tried, by their ratio, from the lowest level to beyond the highest. */
const COARSE = 1.12
const FINE = 1.02
const BEYOND = 16
const SHARPNESSES = [1, 1.5, 2, 3, 4, 6, 10, 20, 60]

/** Levels near the peak count for more: that is where the curve is asked. */
const WEIGHT = 2

/** A point is astray when it is off by more than so many typical errors, which are this at least. */
const STRAY = 2
const USUAL_ERROR = 0.01

type WeightedPoint = UslPoint & { readonly weight: number }
type Shape = Pick<Curve, 'knee' | 'sharpness'>

const slowdown = ({ knee, sharpness }: Shape, n: number): number =>
  (1 + (n / knee) ** sharpness) ** (1 / sharpness)

export const curveThroughput = (curve: Curve, n: number): number =>
  (curve.rate * n) / (slowdown(curve, n) + curve.kappa * n * (n - 1))

/**
 * Least squares of relative errors, weighted, twice: points that are far off the first curve count for less in the
 * second (Cauchy weights), since a pause of the service or of this machine spoils a whole level. Undefined below
 * four points.
 */
export function fitCurve(points: readonly UslPoint[]): Curve | undefined {
  const peak = Math.max(...points.map(({ throughput }) => throughput))
  const usable = points
    .filter(({ throughput }) => throughput > 0)
    .map(point => ({ ...point, weight: (point.throughput / peak) ** WEIGHT }))
  if (usable.length < 4) return undefined
  const first = bestShape(usable)
  const errorOf = ({ concurrency, throughput }: UslPoint) =>
    Math.abs(curveThroughput(first, concurrency) / throughput - 1)
  const typical = Math.max(USUAL_ERROR, ascending(usable.map(errorOf))[usable.length >> 1]!)
  return bestShape(
    usable.map(point => ({
      ...point,
      weight: point.weight / (1 + (errorOf(point) / (STRAY * typical)) ** 2),
    })),
  )
}

function bestShape(points: readonly WeightedPoint[]): Curve {
  const highest = Math.max(...points.map(({ concurrency }) => concurrency))
  let best = fitShape({ knee: highest, sharpness: 1 }, points)
  const tryKnees = (from: number, to: (sharpness: number) => number, ratio: number) => {
    for (const sharpness of SHARPNESSES) {
      for (let knee = from; knee <= to(sharpness); knee *= ratio) {
        const curve = fitShape({ knee, sharpness }, points)
        if (curve.residual < best.residual) best = curve
      }
    }
  }
  tryKnees(1, sharpness => highest * (sharpness === 1 ? BEYOND : COARSE), COARSE)
  const { knee } = best
  tryKnees(knee / COARSE, () => knee * COARSE, FINE)
  return best
}

/** For a given shape n ÷ X(n) is linear in 1/rate and κ/rate, of which neither can be negative. */
function fitShape(shape: Shape, points: readonly WeightedPoint[]): Curve {
  let [aa, ab, bb, a, b] = [0, 0, 0, 0, 0]
  for (const { concurrency: n, throughput, weight } of points) {
    const first = (slowdown(shape, n) * throughput) / n
    const second = (n - 1) * throughput
    aa += weight * first * first
    ab += weight * first * second
    bb += weight * second * second
    a += weight * first
    b += weight * second
  }
  const determinant = aa * bb - ab * ab
  const second = determinant === 0 ? 0 : (aa * b - ab * a) / determinant
  const first = second > 0 ? (bb * a - ab * b) / determinant : a / aa
  const curve = { ...shape, rate: 1 / first, kappa: second > 0 ? second / first : 0, residual: 0 }
  const weights = points.reduce((sum, { weight }) => sum + weight, 0)
  const squares = points.reduce(
    (sum, { concurrency, throughput, weight }) =>
      sum + weight * (curveThroughput(curve, concurrency) / throughput - 1) ** 2,
    0,
  )
  return { ...curve, residual: first > 0 ? Math.sqrt(squares / weights) : Number.POSITIVE_INFINITY }
}
