import { z } from 'zod'
import { check, RUN_REQUEST } from '../engine/config/check-options.js'
import { TIMER_LIMIT_MS } from '../model/clock.js'
import type { ProbeRequest } from './probe-request.js'

/** Calls of one probe, and of them at once, that a user may ask for. */
const PROBE_CALL_LIMIT = 1_000_000

const { blueprint, inputs, movieId, simulate, signal } = RUN_REQUEST
const count = z.int().min(1).max(PROBE_CALL_LIMIT).optional()
const callback = z.custom(value => typeof value === 'function', 'Expected a function').optional()

const name = z.string().min(1).optional()

const ANY_REQUEST = {
  simulate,
  signal,
  model: name,
  with: inputs,
  maxConcurrency: count,
  maxCalls: count,
  maxCostUsd: z.number().min(0, 'Expected dollars from 0').optional(),
  maxTimeMs: z.number().min(1).max(TIMER_LIMIT_MS).optional(),
  onEstimate: callback,
  onProgress: callback,
}

const PRODUCER_REQUEST = { ...ANY_REQUEST, blueprint, inputs, movieId, producer: z.string().optional() }
const PROVIDER_REQUEST = { ...ANY_REQUEST, provider: z.string().min(1), outputType: name }

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkProbeRequest(request: ProbeRequest): void {
  const isOfProvider = (request as { provider?: unknown } | undefined)?.provider !== undefined
  check(request, isOfProvider ? PROVIDER_REQUEST : PRODUCER_REQUEST, 'engine.probe()')
}
