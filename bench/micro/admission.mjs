import pLimit from 'p-limit'
import { Admission } from '../../dist/coordinator/limits/admission.js'
import { RunAdmission } from '../../dist/coordinator/limits/run-admission.js'

const COUNT = 1_000
const job = /** @type {any} */ ({ inputs: {}, loads: [], fileCount: 0, blobBytes: 0 })
const settled = /** @type {any} */ ({ outcome: { state: 'succeeded', artifacts: [] } })

/** The decision that a job may start, with limits of concurrency and requests, and its place given back. */
export function admission() {
  const shared = new Admission(512 * 1024 * 1024)
  const limits = /** @type {const} */ ({
    concurrency: COUNT,
    requestsPerMinute: 60_000_000_000,
    learning: 'off',
  })
  const limiter = shared.limiter('service', limits)
  const terms = /** @type {any} */ ([
    { limiters: [limiter], budgets: [], weight: 1, images: 0, isLocal: false, price: undefined },
  ])
  const run = new RunAdmission(terms, shared, { weight: 1, wake: () => {} })
  const limit = pLimit(COUNT)
  const nothing = () => {}
  let nowMs = 0
  return {
    name: 'admission: admit and settle a job',
    count: COUNT,
    against: 'p-limit: one limit of concurrency, nothing else',
    ours() {
      run.beginTurn(++nowMs)
      const permits = []
      for (let index = 0; index < COUNT; index++) {
        const permit = run.mayStart(0) ? run.admit(0, job, false) : undefined
        if (permit === undefined) throw new Error('a job was not admitted')
        permits.push(permit)
      }
      for (const permit of permits) run.settle(0, permit, settled)
      run.endTurn()
    },
    async theirs() {
      await Promise.all(Array.from({ length: COUNT }, () => limit(nothing)))
    },
  }
}
