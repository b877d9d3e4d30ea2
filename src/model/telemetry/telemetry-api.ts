import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Api from '@opentelemetry/api'

/** OpenTelemetry's API package: an optional peer, loaded once a program has registered an SDK with it. */
export type TelemetryApi = typeof Api

/** Where every copy of the API package looks for the SDK of the process; fixed by the package for its major version. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1')

/** Whether this thread has an OpenTelemetry SDK, found without loading anything. */
export function isTelemetryRegistered(): boolean {
  const registry = (globalThis as Record<symbol, unknown>)[REGISTRY] as { trace?: unknown; metrics?: unknown }
  return registry?.trace !== undefined || registry?.metrics !== undefined
}

let loading: Promise<TelemetryApi> | undefined

/** The API package, where an SDK is registered; undefined where none is. */
export async function registeredTelemetry(): Promise<TelemetryApi | undefined> {
  if (!isTelemetryRegistered()) return undefined
  loading ??= import('@opentelemetry/api').catch(() => importFromFolder())
  return await loading
}

/** Where this package is installed for all of a machine, the SDK's packages are those of the user's folder. */
async function importFromFolder(): Promise<TelemetryApi> {
  const path = createRequire(join(process.cwd(), 'any.js')).resolve('@opentelemetry/api')
  return (await import(pathToFileURL(path).href)) as TelemetryApi
}
