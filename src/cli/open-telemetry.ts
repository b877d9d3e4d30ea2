import { isShowrunnerError, isTelemetryConfigured, type StartedTelemetry, startTelemetry } from '../index.js'
import { tell } from './display/output.js'

/** Starts what `--metrics` and the `OTEL_*` variables ask for. Variables alone never keep a run from starting. */
export async function openTelemetry(
  prometheus: { readonly host?: string; readonly port: number } | undefined,
): Promise<StartedTelemetry | undefined> {
  if (prometheus) return await startTelemetry({ prometheus })
  if (!isTelemetryConfigured()) return undefined
  try {
    return await startTelemetry()
  } catch (error) {
    if (!isShowrunnerError(error)) throw error
    tell(`OTEL_* variables are set, but nothing is sent. ${error.message}`)
    return undefined
  }
}
