import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pTimeout from 'p-timeout'
import { ShowrunnerError } from '../model/error/error.js'

const SDK_PACKAGE = '@opentelemetry/sdk-node'
/** What goes after the `@` of `npm install`: the newest that runs on Node 20. */
const SDK_VERSION = '0.223'
/** A collector that does not answer may not keep a finished run from ending. */
const FLUSH_LIMIT_MS = 5_000

/** What is sent, and where. */
export interface TelemetryOptions {
  /** Serves metrics to Prometheus at `http://host:port/metrics`. */
  readonly prometheus?: {
    /** @default '127.0.0.1' */
    readonly host?: string
    /** 1 to 65,535. */
    readonly port: number
  }
  /** Where the SDK's package is looked for, if it is not installed beside this one. @default the working folder */
  readonly folder?: string
}

/** An OpenTelemetry SDK that this process has started. */
export interface StartedTelemetry extends AsyncDisposable {
  /** Sends what is left, within five seconds, and ends. Idempotent. */
  shutdown(): Promise<void>
}

interface Sdk {
  start(): void
  shutdown(): Promise<void>
}

/** Any of these asks for telemetry. */
const EXPORTERS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
] as const

/** Whether the usual `OTEL_*` variables of this process ask for traces or metrics. */
export function isTelemetryConfigured(): boolean {
  const { env } = process
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false
  return EXPORTERS.some(name => !['', 'none'].includes(env[name] ?? ''))
}

/**
 * Starts an OpenTelemetry SDK (`@opentelemetry/sdk-node`, which you install) by the usual `OTEL_*` variables, and
 * serves metrics to Prometheus if you ask for it. A program that has an SDK of its own needs none of this: its runs
 * are traced as they are.
 * @throws ShowrunnerError `USAGE_INVALID` when the package is not installed, or the port is taken
 * @example
 * await using telemetry = await startTelemetry({ prometheus: { port: 9464 } })
 * await using engine = await openEngine()
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<StartedTelemetry> {
  const { NodeSDK } = await loadSdk(options.folder ?? process.cwd())
  const { prometheus } = options
  if (prometheus) await claim(prometheus.host ?? '127.0.0.1', prometheus.port)
  const restore = setVariables(variablesOf(prometheus))
  let sdk: Sdk
  try {
    sdk = new NodeSDK()
    sdk.start()
  } finally {
    restore()
  }
  let ending: Promise<void> | undefined
  const shutdown = () => {
    // What cannot be delivered is lost, and is no failure of the runs.
    ending ??= pTimeout(sdk.shutdown(), { milliseconds: FLUSH_LIMIT_MS }).catch(() => undefined)
    return ending
  }
  return { shutdown, [Symbol.asyncDispose]: shutdown }
}

/** What the SDK reads when it starts; the user's own values stay. */
function variablesOf(prometheus: TelemetryOptions['prometheus']): Record<string, string> {
  const { env } = process
  const isConfigured = isTelemetryConfigured()
  const metrics = env.OTEL_METRICS_EXPORTER ?? (isConfigured ? 'otlp' : undefined)
  return {
    OTEL_SERVICE_NAME: env.OTEL_SERVICE_NAME ?? 'showrunner',
    // What a command waits for at its end, if the collector does not answer.
    OTEL_EXPORTER_OTLP_TIMEOUT: env.OTEL_EXPORTER_OTLP_TIMEOUT ?? String(FLUSH_LIMIT_MS),
    // The engine writes none.
    OTEL_LOGS_EXPORTER: env.OTEL_LOGS_EXPORTER ?? 'none',
    OTEL_TRACES_EXPORTER: env.OTEL_TRACES_EXPORTER ?? (isConfigured ? 'otlp' : 'none'),
    ...(metrics !== undefined && { OTEL_METRICS_EXPORTER: metrics }),
    ...(prometheus && {
      OTEL_METRICS_EXPORTER: [metrics, 'prometheus'].filter(name => name && name !== 'none').join(','),
      OTEL_EXPORTER_PROMETHEUS_HOST: prometheus.host ?? '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(prometheus.port),
    }),
  }
}

/** Returns what puts back the values from before. */
function setVariables(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map(name => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

async function loadSdk(folder: string): Promise<{ NodeSDK: new () => Sdk }> {
  try {
    return await import('@opentelemetry/sdk-node').catch(async () => {
      const path = createRequire(join(folder, 'any.js')).resolve(SDK_PACKAGE)
      return await import(pathToFileURL(path).href)
    })
  } catch (cause) {
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `Telemetry needs the packages ${SDK_PACKAGE} and @opentelemetry/api, which are not installed: npm install ${SDK_PACKAGE}@${SDK_VERSION} @opentelemetry/api@1.9`,
      { cause },
    )
  }
}

/** The SDK's own server says nothing of a port that is taken. */
async function claim(host: string, port: number): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `Metrics cannot be served at ${host}:${port} (${code}). Choose another port, or end what listens there.`,
      { cause },
    )
  }
  await new Promise(resolve => server.close(resolve))
}
