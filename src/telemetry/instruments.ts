import type { Meter } from '@opentelemetry/api'

/** Boundaries that the semantic conventions for generative AI name: tokens, and seconds. */
const TOKEN_BUCKETS = [
  1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
]
const CALL_BUCKETS_S = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]
/** An attempt at a video takes minutes, one at a template less than a millisecond. */
const ATTEMPT_BUCKETS_S = [0.001, 0.005, ...CALL_BUCKETS_S, 163.84, 327.68, 655.36]
/** From a page cache to a slow object store. */
const APPEND_BUCKETS_S = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export type Instruments = ReturnType<typeof createInstruments>

/** What the engine measures; the unit is in each. Attributes never grow with the number of jobs. */
export function createInstruments(meter: Meter) {
  const histogram = (name: string, description: string, unit: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries } })
  return {
    jobs: meter.createCounter('showrunner.jobs', { description: 'Jobs that have settled', unit: '{job}' }),
    activeJobs: meter.createUpDownCounter('showrunner.jobs.active', {
      description: 'Jobs that have started and not settled',
      unit: '{job}',
    }),
    reviews: meter.createCounter('showrunner.reviews', {
      description: 'Artifacts that people were asked to judge, and what they said',
      unit: '{artifact}',
    }),
    attempts: meter.createCounter('showrunner.attempts', {
      description: 'Attempts that have ended; error.type says how one failed',
      unit: '{attempt}',
    }),
    attemptSeconds: histogram('showrunner.attempt.duration', 'Time of an attempt', 's', ATTEMPT_BUCKETS_S),
    tokens: meter.createCounter('showrunner.tokens', {
      description: 'Tokens that providers have counted',
      unit: '{token}',
    }),
    cost: meter.createCounter('showrunner.cost', {
      description: 'What providers have charged, in US dollars',
      unit: 'USD',
    }),
    appendSeconds: histogram(
      'showrunner.log.append.duration',
      'Time until an append to the log is durable',
      's',
      APPEND_BUCKETS_S,
    ),
    callSeconds: histogram('gen_ai.client.operation.duration', 'Time of a call', 's', CALL_BUCKETS_S),
    callTokens: histogram('gen_ai.client.token.usage', 'Tokens of a call', '{token}', TOKEN_BUCKETS),
    limiterInFlight: meter.createObservableGauge('showrunner.limiter.in_flight', {
      description: 'Attempts that a limiter has let through and that have not ended',
      unit: '{attempt}',
    }),
    limiterConcurrency: meter.createObservableGauge('showrunner.limiter.concurrency', {
      description: 'Attempts that a limiter lets through at the same time, configured or learned',
      unit: '{attempt}',
    }),
    limiterRate: meter.createObservableGauge('showrunner.limiter.requests_per_minute', {
      description: 'Attempts a minute that a limiter lets through, configured or learned',
      unit: '{attempt}/min',
    }),
    limiterClosed: meter.createObservableGauge('showrunner.limiter.closed', {
      description: 'Time until a limiter lets the next attempt through',
      unit: 's',
    }),
  }
}
