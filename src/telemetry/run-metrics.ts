import type { Attributes, ObservableResult } from '@opentelemetry/api'
import { type ArtifactId, type JobId, jobOf, producerOf } from '../model/id.js'
import type { JobFailed, JobSucceeded, MovieEvent } from '../model/movie/event.js'
import { type ProviderModel, providerModelText } from '../model/run/provider-model.js'
import type { GenAiCall } from '../model/telemetry/gen-ai-call.js'
import { genAiAttributes } from './gen-ai.js'
import type { Instruments } from './instruments.js'

/** A limiter as it is now. */
export interface LimiterReading {
  readonly name: string
  readonly inFlight: number
  readonly concurrency?: number
  readonly requestsPerMinute?: number
  readonly closedForMs?: number
}

/** What a producer's attempts have in common. */
export interface ProducerCall {
  readonly producer: string
  readonly provider: string
  /** As events name who has answered. */
  readonly by: ProviderModel
  readonly genAi: GenAiCall | undefined
}

interface Labels {
  readonly producer: Attributes
  readonly attempt: Attributes
  readonly genAi: Attributes | undefined
}

/** Counts of usage that are tokens, with what the conventions call them. */
const TOKEN_TYPES = [
  ['inputTokens', 'input'],
  ['outputTokens', 'output'],
] as const

const REVIEW_STATES = { 'review.requested': 'requested', 'review.withdrawn': 'withdrawn' } as const

/** Counts what a run records. */
export class RunMetrics {
  readonly #instruments: Instruments
  /** By producer, of the first that may answer it; by the producer and who has answered, of all. */
  readonly #labels: ReadonlyMap<string, Labels>
  readonly #active = new Map<string, number>()
  readonly #stop: () => void

  constructor(
    instruments: Instruments,
    calls: readonly ProducerCall[],
    limiters: () => readonly LimiterReading[],
  ) {
    this.#instruments = instruments
    const labels = new Map<string, Labels>()
    for (const call of calls) {
      const own = labelsOf(call)
      labels.set(keyOf(call.producer, call.by), own)
      if (!labels.has(call.producer)) labels.set(call.producer, own)
    }
    this.#labels = labels
    this.#stop = observe(instruments, limiters)
  }

  started(job: JobId): void {
    this.#countActive(producerOf(job), 1)
  }

  recorded(event: MovieEvent): void {
    switch (event.type) {
      case 'job.succeeded':
        this.#ended(event)
        this.#settled(event.jobId, event.reused === undefined ? 'succeeded' : 'reused')
        return
      case 'job.failed':
        this.#ended(event)
        if (event.willRetry) this.#countActive(producerOf(event.jobId), -1)
        else this.#settled(event.jobId, event.error.code === 'cancelled' ? 'cancelled' : 'failed')
        return
      case 'job.skipped':
        this.#instruments.jobs.add(1, this.#stateOf(producerOf(event.jobId), 'skipped'))
        return
      case 'review.requested':
      case 'review.withdrawn':
        this.#reviewed(event.artifactId, REVIEW_STATES[event.type])
        return
      case 'artifact.reviewed':
        this.#reviewed(event.artifactId, event.verdict)
        return
      default:
    }
  }

  appended(ms: number): void {
    this.#instruments.appendSeconds.record(ms / 1_000)
  }

  /** Nothing of this run is active any more. */
  end(): void {
    this.#stop()
    for (const [producer, count] of this.#active) this.#countActive(producer, -count)
  }

  #ended(event: JobSucceeded | JobFailed): void {
    const producer = producerOf(event.jobId)
    const labels = this.#labels.get(event.by === undefined ? producer : keyOf(producer, event.by))
    // A copy of another job's result is no attempt.
    if (labels === undefined || ('reused' in event && event.reused !== undefined)) return
    const { attempts, attemptSeconds, tokens, cost, callSeconds, callTokens } = this.#instruments
    const error = event.type === 'job.failed' ? { 'error.type': event.error.code } : {}
    const seconds = event.durationMs / 1_000
    attempts.add(1, { ...labels.attempt, ...error })
    attemptSeconds.record(seconds, { ...labels.attempt, ...error })
    if (event.costUsd !== undefined && event.costUsd > 0) cost.add(event.costUsd, labels.attempt)
    if (labels.genAi) callSeconds.record(seconds, { ...labels.genAi, ...error })
    for (const [name, type] of TOKEN_TYPES) {
      const count = event.usage?.[name]
      if (typeof count !== 'number' || !(count >= 0)) continue
      tokens.add(count, { ...labels.attempt, 'showrunner.token.type': type })
      if (labels.genAi) callTokens.record(count, { ...labels.genAi, 'gen_ai.token.type': type })
    }
  }

  #reviewed(artifact: ArtifactId, state: string): void {
    const labels = this.#labels.get(producerOf(jobOf(artifact)))?.producer
    this.#instruments.reviews.add(1, { ...labels, 'showrunner.review.state': state })
  }

  #settled(job: JobId, state: string): void {
    const producer = producerOf(job)
    this.#instruments.jobs.add(1, this.#stateOf(producer, state))
    this.#countActive(producer, -1)
  }

  #stateOf(producer: string, state: string): Attributes {
    return { ...this.#labels.get(producer)?.producer, 'showrunner.job.state': state }
  }

  /** Jobs that settle without having started take nothing away. */
  #countActive(producer: string, change: number): void {
    const before = this.#active.get(producer) ?? 0
    const after = Math.max(0, before + change)
    if (after === before) return
    this.#active.set(producer, after)
    this.#instruments.activeJobs.add(after - before, this.#labels.get(producer)?.producer)
  }
}

const keyOf = (producer: string, by: ProviderModel): string => `${producer} ${providerModelText(by)}`

function labelsOf({ producer, provider, genAi }: ProducerCall): Labels {
  const own = { 'showrunner.producer': producer }
  return {
    producer: own,
    attempt: { ...own, 'showrunner.provider': provider },
    genAi: genAi && genAiAttributes(genAi),
  }
}

/** Reads the limiters whenever the SDK collects. Returns what ends it. */
function observe(instruments: Instruments, limiters: () => readonly LimiterReading[]): () => void {
  const { limiterInFlight, limiterConcurrency, limiterRate, limiterClosed } = instruments
  const readings = [
    [limiterInFlight, ({ inFlight }: LimiterReading) => inFlight],
    [limiterConcurrency, ({ concurrency }: LimiterReading) => concurrency],
    [limiterRate, ({ requestsPerMinute }: LimiterReading) => requestsPerMinute],
    [limiterClosed, ({ closedForMs = 0 }: LimiterReading) => closedForMs / 1_000],
  ] as const
  const ends = readings.map(([gauge, read]) => {
    const observeAll = (result: ObservableResult) => {
      for (const limiter of limiters()) {
        const value = read(limiter)
        if (value !== undefined) result.observe(value, { 'showrunner.limiter': limiter.name })
      }
    }
    gauge.addCallback(observeAll)
    return () => gauge.removeCallback(observeAll)
  })
  return () => {
    for (const end of ends) end()
  }
}
