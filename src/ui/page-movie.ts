import type { RunInputs } from '../engine/job-inputs/run-inputs.js'
import type { RunPlan } from '../engine/movie/run-plan.js'
import type { ArtifactId, RunId } from '../model/id.js'
import type { JsonValue } from '../model/json.js'
import type { BlobRef, EventType } from '../model/movie/event.js'
import type { LogPosition } from '../model/movie/log-position.js'
import type { ArtifactReview } from '../model/review/artifact-review.js'
import type { LogPart } from './history/log-part.js'

export interface PageEventsOptions {
  readonly after?: LogPosition
  /** Only these; there may then be batches without events. */
  readonly types?: readonly EventType[] | undefined
  /** Reads no further. */
  readonly to?: LogPosition
  /** Waits for more at the end. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

/** What somebody judges, or has judged. */
export interface PageReview {
  readonly artifactId: ArtifactId
  readonly hash: string
  readonly review: ArtifactReview
  readonly caption: Readonly<Record<string, unknown>>
}

interface PageDecision {
  readonly artifact: string
  readonly hash: string
  readonly decision: 'approve' | 'reject'
  readonly note?: string | undefined
}

/** What the page needs of a movie; it changes one by the calls that users have. */
export interface PageMovie {
  readonly id: string
  eventBatches(options?: PageEventsOptions): AsyncIterable<LogPart>
  runPlan(runId: RunId): Promise<RunPlan | undefined>
  reviews(options: { readonly states: PageReview['review']['state'][] }): AsyncIterable<PageReview>
  review(
    decisions: readonly PageDecision[],
    options: { readonly replace?: boolean | undefined },
  ): Promise<object>
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
