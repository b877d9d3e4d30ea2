import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api'
import { assignedJobId, type JobAssignment, type JobExecutor, type JobTemplate } from '../model/job.js'
import type { JobFailed, JobSucceeded, MovieEvent } from '../model/movie/event.js'
import type { TelemetryApi } from '../model/telemetry/telemetry-api.js'
import { genAiAttributes, genAiSpanName } from './gen-ai.js'
import type { ProducerCall } from './run-metrics.js'

interface JobSpans {
  readonly job: Span
  readonly context: Context
  attempt: Span | undefined
}

/** What a run's span says of it. */
export interface TracedRun {
  readonly movieId: string
  readonly runId: string
}

/**
 * Spans of a run: run → job → attempt. An attempt begins when it is handed to its worker, with its `traceparent`, and
 * ends when what came of it is durable. Only jobs that have started have spans, so a million that wait cost nothing.
 */
export class RunSpans {
  readonly #api: TelemetryApi
  readonly #tracer: Tracer
  readonly #run: Span
  readonly #context: Context
  readonly #calls: ReadonlyMap<string, ProducerCall>
  readonly #jobs = new Map<string, JobSpans>()

  constructor(
    api: TelemetryApi,
    tracer: Tracer,
    { movieId, runId }: TracedRun,
    calls: readonly ProducerCall[],
  ) {
    this.#api = api
    this.#tracer = tracer
    this.#calls = new Map(calls.map(call => [callKey(call.producer, call.provider, call.by.model), call]))
    const attributes = { 'showrunner.movie.id': movieId, 'showrunner.run.id': runId }
    this.#run = tracer.startSpan('showrunner run', { attributes })
    this.#context = api.trace.setSpan(api.context.active(), this.#run)
  }

  /** Hands attempts on with the place of their span. */
  traced(executor: JobExecutor): JobExecutor {
    return {
      get freePlaces() {
        return executor.freePlaces
      },
      recorded: receipt => executor.recorded(receipt),
      dispatch: (template, jobs) =>
        executor.dispatch(
          template,
          jobs.map(job => this.#begun(template, job)),
        ),
      cancel: (jobs, reason) => executor.cancel(jobs, reason),
      acknowledgeCheckpoint: (...request) => executor.acknowledgeCheckpoint(...request),
      close: () => executor.close(),
    }
  }

  recorded(event: MovieEvent): void {
    if (event.type !== 'job.succeeded' && event.type !== 'job.failed') return
    const spans = this.#jobs.get(event.jobId)
    if (spans === undefined) return
    const isOver = event.type === 'job.succeeded' || event.willRetry !== true
    this.#end(spans.attempt, event)
    spans.attempt = undefined
    if (!isOver) return
    if (event.type === 'job.failed') this.#fail(spans.job, event)
    spans.job.end()
    this.#jobs.delete(event.jobId)
  }

  /** Ends what is left. @param problem why the run did not succeed; undefined when it did */
  end(attributes: Attributes, problem: string | undefined): void {
    for (const { job, attempt } of this.#jobs.values()) {
      attempt?.end()
      job.end()
    }
    this.#jobs.clear()
    this.#run.setAttributes(attributes)
    if (problem !== undefined) this.#run.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: problem })
    this.#run.end()
  }

  #begun(template: JobTemplate, assignment: JobAssignment): JobAssignment {
    const { isSpanContextValid, TraceFlags } = this.#api
    const spans = this.#spansOf(template, assignment)
    const attempt = this.#attemptSpan(template, assignment, spans)
    spans.attempt = attempt
    const place = attempt.spanContext()
    if (!isSpanContextValid(place)) return assignment
    const { traceId, spanId, traceFlags } = place
    const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')
    return { ...assignment, traceparent: `00-${traceId}-${spanId}-${flags}` }
  }

  #spansOf(template: JobTemplate, assignment: JobAssignment): JobSpans {
    const jobId = assignedJobId(template, assignment)
    const known = this.#jobs.get(jobId)
    if (known) return known
    const attributes = { 'showrunner.job.id': jobId, 'showrunner.producer': template.producer }
    const job = this.#tracer.startSpan(`job ${template.producer}`, { attributes }, this.#context)
    const spans = { job, context: this.#api.trace.setSpan(this.#context, job), attempt: undefined }
    this.#jobs.set(jobId, spans)
    return spans
  }

  #attemptSpan(template: JobTemplate, { attempt }: JobAssignment, { context }: JobSpans): Span {
    const { producer, provider, model } = template
    const genAi = this.#calls.get(callKey(producer, provider.name, model))?.genAi
    const { CLIENT, INTERNAL } = this.#api.SpanKind
    const attributes = {
      'showrunner.producer': producer,
      'showrunner.provider': provider.name,
      'showrunner.attempt': attempt,
      ...(genAi && genAiAttributes(genAi)),
    }
    const name = genAi ? genAiSpanName(genAi) : `attempt ${producer}`
    return this.#tracer.startSpan(name, { kind: genAi ? CLIENT : INTERNAL, attributes }, context)
  }

  #end(span: Span | undefined, event: JobSucceeded | JobFailed): void {
    if (span === undefined) return
    const { usage, costUsd } = event
    if (typeof usage?.inputTokens === 'number')
      span.setAttribute('gen_ai.usage.input_tokens', usage.inputTokens)
    if (typeof usage?.outputTokens === 'number')
      span.setAttribute('gen_ai.usage.output_tokens', usage.outputTokens)
    if (costUsd !== undefined) span.setAttribute('showrunner.cost_usd', costUsd)
    if (event.type === 'job.failed') this.#fail(span, event)
    else if (event.reused !== undefined) span.setAttribute('showrunner.reused', event.reused)
    span.end()
  }

  #fail(span: Span, { error: { code, message } }: JobFailed): void {
    span.setAttribute('error.type', code)
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message })
  }
}

const callKey = (producer: string, provider: string, model: string | undefined): string =>
  [producer, provider, model].join(' ')
