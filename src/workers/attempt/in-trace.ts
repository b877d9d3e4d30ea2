import { isTelemetryRegistered, registeredTelemetry } from '../../model/telemetry/telemetry-api.js'

/**
 * Calls a provider inside its attempt's span, so that what it traces itself hangs below it. Does so where this thread
 * has an SDK; the place in the trace comes with the job, from the thread that has made the span.
 */
export function inTrace<Result>(
  traceparent: string | undefined,
  call: () => Result,
): Result | Promise<Awaited<Result>> {
  if (traceparent === undefined || !isTelemetryRegistered()) return call()
  return callTraced(traceparent, call)
}

async function callTraced<Result>(traceparent: string, call: () => Result): Promise<Awaited<Result>> {
  const api = await registeredTelemetry()
  const [, traceId, spanId, flags] = traceparent.split('-')
  if (api === undefined || !traceId || !spanId || !flags) return await call()
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return await api.context.with(api.trace.setSpanContext(api.context.active(), span), call)
}
