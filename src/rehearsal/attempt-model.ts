import type { JobErrorCode } from '../model/error/job-error-code.js'
import type { JobOutcome } from '../model/job.js'
import { seededRandom } from '../model/seeded-random.js'

/** How the attempts of one producer go, as far as anybody knows. The same words as those of the provider `simulate`. */
export interface AttemptModel {
  readonly seed: string | number
  /** Milliseconds of an attempt, drawn from a source of numbers in [0, 1). */
  readonly drawMs: (random: () => number) => number
  /** Share of the attempts that fail with `failureCode`. */
  readonly failureRate: number
  readonly failureCode: JobErrorCode
  /** Share of the attempts that are refused as too many. */
  readonly rateLimitRate: number
  readonly retryAfterMs: number
  /** Dollars of a success; undefined: as its price says. */
  readonly costUsd: number | undefined
}

export interface SimulatedAttempt {
  readonly latencyMs: number
  readonly outcome: JobOutcome
}

const NOTHING: JobOutcome = { state: 'succeeded', artifacts: [] }

/** Draws from the same numbers as `simulate` does, so that a rehearsal of a simulation is exact. */
export function simulateAttempt(model: AttemptModel, jobId: string, attempt: number): SimulatedAttempt {
  const random = seededRandom(`${model.seed} ${jobId} ${attempt}`)
  const latencyMs = model.drawMs(random)
  return { latencyMs, outcome: outcomeOf(model, random()) }
}

function outcomeOf(model: AttemptModel, fate: number): JobOutcome {
  const { failureRate, failureCode, rateLimitRate, retryAfterMs, costUsd } = model
  if (fate < rateLimitRate)
    return { state: 'failed', error: { code: 'rate_limited', message: '', retryAfterMs } }
  if (fate < rateLimitRate + failureRate)
    return { state: 'failed', error: { code: failureCode, message: '' } }
  return costUsd === undefined ? NOTHING : { state: 'succeeded', artifacts: [], costUsd }
}
