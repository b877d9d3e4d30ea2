import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type ArtifactId, jobId as newJobId } from '../../src/model/id.js'
import type { JsonValue } from '../../src/model/json.js'
import type { MovieEvent } from '../../src/model/movie/event.js'
import { eventJson } from '../../src/model/movie/event-json.js'
import type { ArtifactRecord, JobRecord } from '../../src/model/movie/manifest.js'
import { artifactRecordJson, jobRecordJson } from '../../src/model/movie/record-json.js'

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>
const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
const element = fc.oneof(
  fc.nat(999),
  fc.string({ minLength: 1, unit: 'grapheme' }).filter(key => !/\p{Cs}/u.test(key)),
)
const jobId = element.map(name => newJobId('Picture', [name]))
const artifactId = jobId.map(job => `${job}.Image` as ArtifactId)
const inputs = fc.string().map(name => `(settings):0a1b2c3d ${encodeURIComponent(name)}:4e5f6071`)
const timestamp = fc.constant('2026-01-01T00:00:00.000Z')
const blob = fc.record({ hash, sizeBytes: fc.nat(), mimeType: fc.constant('image/png') })

/** Leaves keys out, in the order in which the code writes the others. */
const some = <Shape extends object>(
  model: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> },
  required: (keyof Shape)[],
) => fc.record(model, { requiredKeys: required as never })

const same = (written: string, value: unknown) => {
  if (written !== JSON.stringify(value)) throw new Error(`${written} is not ${JSON.stringify(value)}`)
}

describe('what is written by hand equals JSON.stringify', () => {
  it('for artifacts and successes, with any of their fields missing', () => {
    const artifact = some(
      {
        type: fc.constant('artifact'),
        artifactId,
        value: json,
        blob,
        hash,
        inputsHash: hash,
        jobId,
        attempt: fc.nat(),
        timestamp,
      },
      ['type', 'artifactId', 'timestamp'],
    )
    const succeeded = some(
      {
        type: fc.constant('job.succeeded'),
        jobId,
        attempt: fc.nat(),
        durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
        inputs,
        usage: fc.dictionary(fc.string(), fc.nat()),
        costUsd: fc.nat(),
        reused: fc.constantFrom('job', 'cache'),
        from: jobId,
        timestamp,
      },
      ['type', 'jobId', 'attempt', 'durationMs', 'timestamp'],
    )
    fc.assert(
      fc.property(fc.oneof(artifact, succeeded), event =>
        same(eventJson(event as unknown as MovieEvent), event),
      ),
    )
  })

  it('for records of a manifest', () => {
    const artifact = some({ artifactId, value: json, blob, hash }, ['artifactId', 'hash'])
    const job = some(
      {
        jobId,
        state: fc.constantFrom('succeeded', 'failed'),
        attempt: fc.nat(),
        succeededAttempt: fc.nat(),
        inputsHash: hash,
        inputs,
        error: fc.record({ code: fc.constant('bug'), message: fc.string() }),
      },
      ['jobId', 'state', 'attempt', 'succeededAttempt'],
    )
    fc.assert(
      fc.property(artifact, record => same(artifactRecordJson(record as unknown as ArtifactRecord), record)),
    )
    fc.assert(fc.property(job, record => same(jobRecordJson(record as unknown as JobRecord), record)))
  })
})
