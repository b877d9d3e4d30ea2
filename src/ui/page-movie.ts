import type { RunInputs } from '../engine/job-inputs/run-inputs.js'
import type { RunPlan } from '../engine/movie/run-plan.js'
import type { RunId } from '../model/id.js'
import type { JsonValue } from '../model/json.js'
import type { BlobRef, LoggedEvent } from '../model/movie/event.js'
import type { LogPosition } from '../model/movie/log-position.js'

/** A part of the log, and the position after it. */
export interface PageEvents {
  readonly events: readonly LoggedEvent[]
  readonly position: LogPosition
}

interface PageEventsOptions {
  readonly after?: LogPosition
  /** Waits for more at the end. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

/** What the page needs of a movie; it changes one by the calls that users have. */
export interface PageMovie {
  readonly id: string
  eventBatches(options?: PageEventsOptions): AsyncIterable<PageEvents>
  runPlan(runId: RunId): Promise<RunPlan | undefined>
  runInputs(runId: RunId): Promise<RunInputs | undefined>
  writer(): Promise<{ readonly holder: string; readonly since: string } | undefined>
  blob(blob: BlobRef): PageBlob
  edit(
    artifact: string,
    content: Uint8Array | JsonValue,
    options: { readonly base?: string | undefined },
  ): Promise<unknown>
  pin(artifact: string): Promise<unknown>
  unpin(artifact: string): Promise<unknown>
  regenerate(
    jobs: readonly string[],
  ): Promise<{ readonly jobCount: number; readonly pinned: readonly string[] }>
}

interface PageBlob extends BlobRef {
  stream(): AsyncIterable<Uint8Array>
  bytes(): Promise<Uint8Array>
}
