import { valueHash } from '../../../src/model/hash.js'
import type { JobOutcome, ProducedArtifact } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { JobError } from '../../../src/model/movie/event.js'
import { sha256 } from '../../../src/model/sha256.js'
import { drawn } from '../seeded.js'
import type { ScriptedMovie } from './scripted-movie.js'

/** Shares of attempts that do not end well. */
export interface FateRates {
  readonly overloaded: number
  readonly invalid: number
  readonly lost: number
  /** Of attempts that record a checkpoint before they go on. */
  readonly checkpoint: number
  /** Of artifacts that are stored as blobs. */
  readonly blob: number
}

/** How an attempt fails; `undefined` when it succeeds. The same for the same seed. */
export function failureOf(
  rates: FateRates,
  seed: number,
  jobId: string,
  attempt: number,
): JobError | undefined {
  let fate = drawn(seed, 'fate', jobId, attempt)
  for (const [code, rate] of [
    ['overloaded', rates.overloaded],
    ['invalid', rates.invalid],
    ['worker_lost', rates.lost],
  ] as const) {
    if (fate < rate) return { code, message: `${code} by lot` }
    fate -= rate
  }
  return undefined
}

/**
 * What a job makes of its inputs; the same in every run, and for equal jobs, so that it does not matter which of them
 * is made.
 */
export function successOf(
  rates: FateRates,
  movie: ScriptedMovie,
  provider: string,
  inputs: JsonValue,
): JobOutcome {
  const made = sha256(`${provider} ${JSON.stringify(inputs)}`).slice(0, 12)
  const kind = drawn('kind', made) < 0.6 ? 'picture' : 'other'
  const values: [string, number, JsonValue][] = [
    ['Text', 0, `text ${made}`],
    ['Facts', 0, { kind, made }],
    ['List', 0, { first: made }],
    ['List', 1, { second: made }],
  ]
  const artifacts = values.map(([output, index, value]): ProducedArtifact => {
    const hash = valueHash(value)
    const isBlob = drawn('blob', made, output, index) < rates.blob
    return isBlob ? { output, index, hash, blob: movie.store(value) } : { output, index, hash, value }
  })
  return { state: 'succeeded', artifacts, costUsd: 0.5 }
}
