import type { BlueprintSource } from '../engine/config/requests.js'
import type { LevelResult } from './measure/level-result.js'
import type { ProbeEstimate } from './probe-cost.js'

export const PROBE_MAX_CALLS = 2_000

export interface ProbeRequest {
  readonly blueprint: BlueprintSource
  /** The producer whose jobs are the calls. @default the only one */
  readonly producer?: string | undefined
  /** In place of the producer's model. */
  readonly model?: string | undefined
  /** What each call gets, by name: in place of what the producer's `with` says, or beside it. Literal. @default {} */
  readonly with?: Readonly<Record<string, unknown>> | undefined
  /** By input name. @default {} */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined
  /** The movie that has the artifacts which the producer reads; only read. @default the blueprint's name */
  readonly movieId?: string | undefined
  /** Replaces the provider by `simulate`. @default false */
  readonly simulate?: boolean | undefined
  /** Calls at the same time, at most. @default 256 */
  readonly maxConcurrency?: number | undefined
  /** Calls in all, at most. @default 2000 */
  readonly maxCalls?: number | undefined
  /** Dollars. A probe that could cost more does not start. */
  readonly maxCost?: number | undefined
  /** @default 120000 */
  readonly maxTimeMs?: number | undefined
  /** Aborting it ends the probe, which reports what it has measured. */
  readonly signal?: AbortSignal | undefined
  /** Called once, before the first call. */
  readonly onEstimate?: ((estimate: ProbeEstimate) => void) | undefined
  /** Called some times a second. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined
}

export interface ProbeProgress {
  /** In the order of their first visit; the last one may still be measured. */
  readonly levels: readonly LevelResult[]
  /** The level that is measured now. */
  readonly concurrency: number
  readonly calls: number
  readonly cost: number
  readonly elapsedMs: number
}
