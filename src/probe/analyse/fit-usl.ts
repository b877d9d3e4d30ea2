/** The Universal Scalability Law: X(n) = λn ÷ (1 + σ(n − 1) + κn(n − 1)). */
export interface UslFit {
  /** λ: throughput of one call at a time, a second. */
  readonly lambda: number
  /** σ: share of the work that waits for something only one can have. */
  readonly sigma: number
  /** κ: cost of the calls coordinating with each other. */
  readonly kappa: number
  /** Root of the mean squared relative residual: 0.05 says that the law is off by 5 %. */
  readonly residual: number
}

export interface UslPoint {
  readonly concurrency: number
  readonly throughput: number
}

export const uslThroughput = ({ lambda, sigma, kappa }: UslFit, n: number): number =>
  (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))

/** Where the law has its highest throughput; undefined when it grows for ever. */
export const uslPeak = ({ sigma, kappa }: UslFit): number | undefined =>
  kappa > 0 ? Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa)) : undefined

/**
 * Least squares, after Gunther, "Guerrilla Capacity Planning" (2007), chapter 5: n ÷ X(n) is linear in 1/λ, σ/λ and
 * κ/λ, none of which can be negative. Weighted so that relative errors count. Undefined below three points.
 */
export function fitUsl(points: readonly UslPoint[]): UslFit | undefined {
  const usable = points.filter(({ throughput }) => throughput > 0)
  if (usable.length < 3) return undefined
  let best: UslFit | undefined
  for (const terms of [[0], [0, 1], [0, 2], [0, 1, 2]]) {
    const solution = solve(usable, terms)
    if (solution === undefined || solution.some(value => value < 0) || !(solution[0]! > 0)) continue
    const [a, b, c] = solution as [number, number, number]
    const law = { lambda: 1 / a, sigma: b / a, kappa: c / a, residual: 0 }
    const fit = { ...law, residual: residualOf(law, usable) }
    if (best === undefined || fit.residual < best.residual) best = fit
  }
  return best
}

function residualOf(law: UslFit, points: readonly UslPoint[]): number {
  const squares = points.map(
    ({ concurrency, throughput }) => (uslThroughput(law, concurrency) / throughput - 1) ** 2,
  )
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
}

/** Normal equations of the chosen terms, the others being 0. */
function solve(points: readonly UslPoint[], terms: readonly number[]): number[] | undefined {
  const size = terms.length
  const matrix = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0))
  for (const { concurrency: n, throughput } of points) {
    const row = [1, n - 1, n * (n - 1)].map(term => (term * throughput) / n)
    for (let i = 0; i < size; i++) {
      const left = row[terms[i]!]!
      for (let j = 0; j < size; j++) matrix[i]![j]! += left * row[terms[j]!]!
      matrix[i]![size]! += left
    }
  }
  const values = eliminate(matrix)
  if (values === undefined) return undefined
  const solution = [0, 0, 0]
  for (const [at, term] of terms.entries()) solution[term] = values[at]!
  return solution
}

/** Gauss and Jordan, with pivots. */
function eliminate(matrix: number[][]): number[] | undefined {
  const size = matrix.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row
    const chosen = matrix[pivot]!
    if (Math.abs(chosen[column]!) < 1e-12) return undefined
    matrix[pivot] = matrix[column]!
    matrix[column] = chosen
    for (const [row, other] of matrix.entries()) {
      if (row === column) continue
      const factor = other[column]! / chosen[column]!
      for (let at = column; at <= size; at++) other[at]! -= factor * chosen[at]!
    }
  }
  return matrix.map((row, at) => row[size]! / row[at]!)
}
