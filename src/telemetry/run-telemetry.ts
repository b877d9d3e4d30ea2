import type { RunListener } from '../coordinator/run-listener.js'
import type { JobExecutor } from '../model/job.js'
import { registeredTelemetry } from '../model/telemetry/telemetry-api.js'
import type { LogWriter } from '../storage/store.js'
import { createInstruments, type Instruments } from './instruments.js'
import { type LimiterReading, type ProducerCall, RunMetrics } from './run-metrics.js'
import { RunSpans, type TracedRun } from './run-spans.js'

const SCOPE = 'showrunner'

let instruments: { readonly of: object; readonly value: Instruments } | undefined

/** What a run tells OpenTelemetry: spans of its jobs, and counts. */
export class RunTelemetry {
  readonly #metrics: RunMetrics
  readonly #spans: RunSpans

  private constructor(metrics: RunMetrics, spans: RunSpans) {
    this.#metrics = metrics
    this.#spans = spans
  }

  /**
   * @param calls by producer
   * @returns undefined where this process has no SDK
   */
  static async open(
    run: TracedRun,
    calls: readonly ProducerCall[],
    limiters: () => readonly LimiterReading[],
  ): Promise<RunTelemetry | undefined> {
    const api = await registeredTelemetry()
    if (api === undefined) return undefined
    const provider = api.metrics.getMeterProvider()
    if (instruments?.of !== provider)
      instruments = { of: provider, value: createInstruments(provider.getMeter(SCOPE)) }
    const spans = new RunSpans(api, api.trace.getTracer(SCOPE), run, calls)
    return new RunTelemetry(new RunMetrics(instruments.value, calls, limiters), spans)
  }

  traced(executor: JobExecutor): JobExecutor {
    return this.#spans.traced(executor)
  }

  timed(writer: LogWriter): LogWriter {
    const metrics = this.#metrics
    return {
      get token() {
        return writer.token
      },
      get position() {
        return writer.position
      },
      async append(events) {
        const startMs = performance.now()
        const position = await writer.append(events)
        metrics.appended(performance.now() - startMs)
        return position
      },
      close: () => writer.close(),
    }
  }

  /** Hears what the other listener hears, after it. */
  listening(listener: RunListener): RunListener {
    return {
      recorded: events => {
        listener.recorded(events)
        for (const event of events) {
          this.#metrics.recorded(event)
          this.#spans.recorded(event)
        }
      },
      started: starts => {
        listener.started(starts)
        for (const { jobId } of starts) this.#metrics.started(jobId)
      },
      progressed: message => listener.progressed(message),
      turned: () => listener.turned(),
    }
  }

  /** @param status of the run, or the code of the error that ended it */
  end(status: string): void {
    this.#metrics.end()
    this.#spans.end({ 'showrunner.run.status': status }, status === 'succeeded' ? undefined : status)
  }
}
