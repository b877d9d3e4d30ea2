import type { BlueprintShape } from '../../blueprint/typing/blueprint-shape.js'
import type { InputsPart } from '../../blueprint/typing/input-values.js'
import type { Schedule, StopRules } from '../../coordinator/run-options.js'
import type { EventType } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { Latency } from '../../model/provider/latency.js'
import type { SubsetOptions } from '../../plan/subset/subset-options.js'
import type { LogMoment } from '../history/log-moment.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { BudgetOptions } from './budget-request.js'

/** A blueprint: a YAML or JSON file by path or `file:` URL, or the definition itself. */
export type BlueprintSource = string | URL | BlueprintShape

/** What is made, from what: the inputs are those of the blueprint, where TypeScript knows it. */
export type WorkRequest<Source extends BlueprintSource> = {
  /** A path, a URL, or what `defineBlueprint()` gave. */
  readonly blueprint: Source
} & InputsPart<Source>

/** What `engine.plan()` takes: the blueprint, its inputs, and what decides about what is to run. */
export type PlanRequest<Source extends BlueprintSource = BlueprintSource> = PlanRequestOptions &
  WorkRequest<Source>
/** What `engine.run()` takes. */
export type RunRequest<Source extends BlueprintSource = BlueprintSource> = RunRequestOptions &
  WorkRequest<Source>
/** What `engine.rehearse()` takes: a run, and how long calls take. */
export type RehearseRequest<Source extends BlueprintSource = BlueprintSource> = RehearseRequestOptions &
  WorkRequest<Source>

export interface PlanRequestOptions extends BudgetOptions, SubsetOptions {
  /** @default the blueprint's name */
  readonly movieId?: string | undefined
  /**
   * Jobs to regenerate: a job id (`Producer:Picture[3]`), an artifact id, a producer's name for all its jobs, a part of
   * them (`Picture[fox]`, `Picture[*][0]`), all (`*`); each may have a condition: `* where failed rate_limited`,
   * `Tagline where Score lessThan 0.5`.
   */
  readonly regenerate?: readonly string[] | undefined
  /**
   * Of a plan: compares it with an earlier run: the `last` one, one by its id, or the newest that had begun at a moment.
   * @default no comparison
   */
  readonly against?: LogMoment | undefined
  /**
   * Make only these producers and what they need: `'Picture'`, `['Picture', 'Title']`; an output stands for its producer.
   * What it makes counts in the full run.
   * @default all producers
   */
  readonly until?: string | readonly string[] | undefined
  /** Run only the first layers, counted from 1. */
  readonly upToLayer?: number | undefined
  /** Replaces every provider by `simulate`, but for `template` and `command`, which work on this machine. @default false */
  readonly simulate?: boolean | undefined
  /** Aborting it cancels a run, and ends a plan or a rehearsal with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface RunRequestOptions extends PlanRequestOptions {
  /** Jobs active at once. @default the engine's */
  readonly concurrency?: number | undefined
  /** @default 'layers' */
  readonly schedule?: Schedule | undefined
  /** Its share of the places, when several runs of an engine wait for one provider: 1 to 100. @default 1 */
  readonly priority?: number | undefined
  /** Take no new jobs after the first failed one. @default false */
  readonly failFast?: boolean | undefined
  /** Take no new jobs once so large a share of a producer's jobs has failed. @default what the blueprint says, or else the config; without them failed jobs stop nothing */
  readonly stop?: StopRules | undefined
  /**
   * How long to wait for a service that does not answer, in milliseconds, before the run stops with its jobs open.
   * @default 30 minutes; one minute for a service that has never answered
   */
  readonly outageWaitMs?: number | undefined
  /**
   * How long to wait when another run holds the movie, in milliseconds. A holder that died on another machine
   * is known to be dead after 30 s without a sign of life; one of this machine at once. @default 0
   */
  readonly waitMs?: number | undefined
  /**
   * Take the movie from a run that is in progress, here or elsewhere: it is fenced out of the log, acknowledges
   * nothing more and ends with `WRITER_FENCED` or `MOVIE_BUSY`. Its calls in flight are made again. @default false
   */
  readonly takeover?: boolean | undefined
}

export interface RehearseRequestOptions
  extends PlanRequestOptions,
    Pick<RunRequestOptions, 'concurrency' | 'schedule' | 'failFast' | 'stop' | 'outageWaitMs'> {
  /**
   * By provider, how long its calls take: milliseconds, or a distribution of them as of the provider `simulate`.
   * @default what `simulate` is configured to, or what the jobs of the movie took that were made before
   */
  readonly latencyMs?: Readonly<Record<string, Latency>> | undefined
}

export interface ArtifactsOptions extends SignalOptions {
  /**
   * Ids of artifacts, or of jobs for all of theirs; `*` stands for any text, and `Producer:` may be left out:
   * `['Picture*.Image']`, `['Caption[fox]']`.
   * @default all
   */
  readonly ids?: readonly string[] | undefined
}

/** What `movie.export()` writes. */
export interface ExportOptions extends ArtifactsOptions {
  /** Answers that were rejected, of jobs without an accepted one, in place of artifacts. @default false */
  readonly rejected?: boolean | undefined
}

/** Which events `movie.events()` reads. */
export interface EventsOptions {
  /** Only events of these types. @default all */
  readonly types?: readonly EventType[] | undefined
  /** Only events after this sequence number. @default 0 */
  readonly since?: number | undefined
  /** Go on with new events until `signal` is aborted or the engine is closed. @default false */
  readonly follow?: boolean | undefined
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined
}

export interface EventBatchesOptions extends SignalOptions {
  /**
   * Only events of these types: of all others the checksum is compared, and nothing else read. There may then be
   * batches without events, whose position says how far the reading is. @default all
   */
  readonly types?: readonly EventType[] | undefined
  /** The `position` of an earlier batch: only events after it. @default the beginning of the log */
  readonly after?: LogPosition | undefined
  /** The `position` of a later batch: only events up to it. Not together with `follow`. @default the end of the log */
  readonly to?: LogPosition | undefined
  /** Go on with new events until `signal` is aborted or the engine is closed. @default false */
  readonly follow?: boolean | undefined
}

/** How a user's own version of an artifact is written. */
export interface EditOptions extends SignalOptions {
  /**
   * Hash of the version that the edit starts from, as `artifacts()` gives it. When another one is there now, the
   * edit is refused.
   */
  readonly base?: string | undefined
}

/** What `movie.gc()` removes, and whether it removes at all. */
export interface GcOptions {
  /** Says what would be removed, and removes nothing. @default false */
  readonly dryRun?: boolean | undefined
  /**
   * Removes artifacts as well that the last run had no place for, since their row, loop or output is gone; never what
   * is pinned or edited. Their rows would be made again when they come back. @default false
   */
  readonly goneArtifacts?: boolean | undefined
  /** Aborting it ends the work between two files, and the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}
