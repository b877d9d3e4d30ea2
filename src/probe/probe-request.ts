import type { BlueprintSource, WorkRequest } from '../engine/config/requests.js'
import type { ProducerOf } from '../engine/outputs/typed-outputs.js'
import type { LevelResult } from './measure/level-result.js'

export const PROBE_MAX_CALLS = 2_000

/** What is probed: a producer of a blueprint, or a provider alone. */
export type ProbeRequest<Source extends BlueprintSource = BlueprintSource> = ProbeBounds &
  (ProbeOfProducer<Source> | ProbeOfProvider)

/** A producer of a blueprint, whose jobs are the calls. */
export type ProbeOfProducer<Source extends BlueprintSource = BlueprintSource> = WorkRequest<Source> & {
  /** The producer whose jobs are the calls. @default the only one */
  readonly producer?: ProducerOf<Source> | undefined
  /** Overrides the producer's model. */
  readonly model?: string | undefined
  /** What each call gets, by name: overrides, or adds to, what the producer's `with` says. Literal. @default {} */
  readonly with?: Readonly<Record<string, unknown>> | undefined
  /** The movie that has the artifacts which the producer reads; only read. @default the blueprint's name */
  readonly movieId?: string | undefined
}

/** A provider without a blueprint. */
export interface ProbeOfProvider {
  /** A provider of the engine, or a built-in one. */
  readonly provider: string
  /** Overrides the model of the config. */
  readonly model?: string | undefined
  /** What each call gets, by name. Literal. @default {} */
  readonly with?: Readonly<Record<string, unknown>> | undefined
  /** What each call is to return: `text`, `json` or a MIME type. @default 'text' */
  readonly outputType?: string | undefined
}

/** How far a probe goes, and who is told. */
export interface ProbeBounds {
  /** Replaces the provider with `simulate`. @default false */
  readonly simulate?: boolean | undefined
  /** Calls at the same time, at most. @default 256 */
  readonly maxConcurrency?: number | undefined
  /** Calls in total, at most. @default 2000 */
  readonly maxCalls?: number | undefined
  /** Dollars. A probe that could cost more does not start. */
  readonly maxCostUsd?: number | undefined
  /** @default 120000 */
  readonly maxTimeMs?: number | undefined
  /** Aborting it ends the probe, which reports what it has measured. */
  readonly signal?: AbortSignal | undefined
  /** Called once, before the first call. */
  readonly onEstimate?: ((estimate: ProbeEstimate) => void) | undefined
  /** Called several times a second. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined
}

/** What a probe may come to, before it begins. */
export interface ProbeEstimate {
  /** The provider's name. */
  readonly provider: string
  /** Calls that may be made. */
  readonly maxCalls: number
  /** Dollars that all calls together will probably cost; absent when no price is known. */
  readonly costUsd?: number
}

/** How far a probe is. */
export interface ProbeProgress {
  /** In the order of their first visit; the last one may still be measured. */
  readonly levels: readonly LevelResult[]
  /** The level that is measured now. */
  readonly concurrency: number
  /** Calls that have ended. */
  readonly calls: number
  /** US dollars so far. */
  readonly costUsd: number
  /** Milliseconds since it began. */
  readonly elapsedMs: number
}
