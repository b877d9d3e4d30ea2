import { startLoopback } from '../../support/servers/loopback-server.js'

interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1: internal, 3: client. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2: error. */
  readonly statusCode?: number
}

interface Any {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}
type KeyValues = readonly { readonly key: string; readonly value: Any }[]

interface DataPoint {
  readonly attributes: KeyValues
  readonly asInt?: number | string
  readonly asDouble?: number
  readonly count?: number | string
  readonly sum?: number
}
interface Metric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly dataPoints: readonly DataPoint[] }
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] }
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] }
}

/** A point of a metric, with its attributes; of a histogram the sum and the count. */
export interface ReceivedPoint {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly value: number
  readonly count?: number
}

/**
 * What an OpenTelemetry collector is to a program that exports: it takes OTLP over HTTP as JSON, as the protocol's
 * public definition has it (opentelemetry-proto 1.x), and keeps what came.
 */
export async function startOtlpReceiver() {
  const spans: ReceivedSpan[] = []
  const metrics = new Map<string, readonly ReceivedPoint[]>()
  const services = new Set<unknown>()
  const { url } = await startLoopback(({ call, body }) => {
    const request = JSON.parse(body.toString()) as Request
    if (call === 'POST /v1/traces')
      for (const { resource, scopeSpans } of request.resourceSpans ?? []) {
        services.add(valuesOf(resource.attributes)['service.name'])
        for (const { spans: sent } of scopeSpans) spans.push(...sent.map(spanOf))
      }
    if (call === 'POST /v1/metrics')
      for (const { scopeMetrics } of request.resourceMetrics ?? [])
        for (const { metrics: sent } of scopeMetrics)
          for (const metric of sent) metrics.set(metric.name, pointsOf(metric))
    return { body: {} }
  })
  return { url, spans, metrics, services }
}

interface SentSpan extends Omit<ReceivedSpan, 'attributes' | 'statusCode'> {
  readonly attributes: KeyValues
  readonly status?: { readonly code?: number }
}
interface Request {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: KeyValues }
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[]
  }[]
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[]
  }[]
}

const valuesOf = (attributes: KeyValues): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ??
        value.boolValue ??
        value.doubleValue ??
        (value.intValue === undefined ? undefined : Number(value.intValue)),
    ]),
  )

const spanOf = ({ attributes, status, ...span }: SentSpan): ReceivedSpan => ({
  ...span,
  attributes: valuesOf(attributes),
  ...(status?.code && { statusCode: status.code }),
})

const pointsOf = ({ sum, gauge, histogram }: Metric): ReceivedPoint[] =>
  (sum ?? gauge ?? histogram)!.dataPoints.map(point => ({
    attributes: valuesOf(point.attributes),
    value: Number(point.asInt ?? point.asDouble ?? point.sum),
    ...(point.count !== undefined && { count: Number(point.count) }),
  }))
