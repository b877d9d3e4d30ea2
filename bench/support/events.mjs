const TIMESTAMP = '2026-01-01T00:00:00.000Z'
const HASH = '0123456789abcdef'.repeat(4)
const TEXT = 'x'.repeat(100)

/**
 * What jobs `first … first + jobs - 1` leave in a log: an artifact with 100 bytes of text, and the success.
 *
 * @param {number} first @param {number} jobs @returns {import('showrunner').MovieEvent[]}
 */
export function eventsOfJobs(first, jobs) {
  const made = []
  for (let index = first; index < first + jobs; index++) {
    const jobId = `Producer:Work[${index}]`
    made.push(
      {
        type: 'artifact',
        artifactId: `${jobId}.Text`,
        value: TEXT,
        hash: HASH,
        inputsHash: HASH,
        jobId,
        attempt: 1,
        timestamp: TIMESTAMP,
      },
      { type: 'job.succeeded', jobId, attempt: 1, durationMs: 812, inputs: 'number=0', timestamp: TIMESTAMP },
    )
  }
  return /** @type {any} */ (made)
}

/** Artifacts whose lines take 300 bytes. @param {number} first @param {number} count */
export function lines300(first, count) {
  const made = Array.from({ length: count }, (_, index) => ({
    type: 'artifact',
    artifactId: `Producer:Work[${String(first + index).padStart(7, '0')}].Text`,
    value: 'x'.repeat(153),
    timestamp: TIMESTAMP,
  }))
  return /** @type {import('showrunner').MovieEvent[]} */ (/** @type {any} */ (made))
}
