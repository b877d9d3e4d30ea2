import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitUsl, uslPeak, uslThroughput } from '../../../src/probe/analyse/fit-usl.js'

const NS = [1, 2, 4, 8, 16, 32, 64]
const law = fc.record({
  lambda: fc.double({ min: 0.01, max: 10_000, noNaN: true }),
  sigma: fc.double({ min: 0, max: 0.5, noNaN: true }),
  kappa: fc.double({ min: 0, max: 0.01, noNaN: true }),
  residual: fc.constant(0),
})

test('finds the law that the points were made with', () => {
  fc.assert(
    fc.property(law, known => {
      const points = NS.map(n => ({ concurrency: n, throughput: uslThroughput(known, n) }))
      const fit = fitUsl(points)!
      expect(fit.lambda / known.lambda).toBeCloseTo(1, 4)
      expect(fit.sigma).toBeCloseTo(known.sigma, 4)
      expect(fit.kappa).toBeCloseTo(known.kappa, 5)
      expect(fit.residual).toBeLessThan(1e-4)
    }),
  )
})

test('never has negative costs, also where throughput grows faster than the load', () => {
  const fit = fitUsl(NS.map(n => ({ concurrency: n, throughput: n ** 1.2 })))!
  expect([fit.sigma, fit.kappa]).toEqual([0, 0])
})

test('peaks where its throughput is highest', () => {
  const fit = { lambda: 5, sigma: 0.04, kappa: 0.0006, residual: 0 }
  const peak = uslPeak(fit)!
  for (const other of [peak * 0.9, peak * 1.1])
    expect(uslThroughput(fit, other)).toBeLessThan(uslThroughput(fit, peak))
  expect(uslPeak({ ...fit, kappa: 0 })).toBeUndefined()
})

test('needs three points', () => {
  expect(fitUsl([1, 2].map(n => ({ concurrency: n, throughput: n })))).toBeUndefined()
})
