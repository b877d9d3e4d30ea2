import type { RunPlan } from '../engine/movie/run-plan.js'
import type { RunId } from '../model/id.js'
import type { BlobRef, LoggedEvent } from '../model/movie/event.js'
import type { LogPosition } from '../model/movie/manifest.js'

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

/** What the page needs of a movie. */
export interface PageMovie {
  readonly id: string
  eventBatches(options?: PageEventsOptions): AsyncIterable<PageEvents>
  runPlan(runId: RunId): Promise<RunPlan | undefined>
  writer(): Promise<{ readonly holder: string; readonly since: string } | undefined>
  blob(blob: BlobRef): PageBlob
}

interface PageBlob extends BlobRef {
  stream(): AsyncIterable<Uint8Array>
  bytes(): Promise<Uint8Array>
}
