export { BlueprintError } from './blueprint/blueprint-error.js'
export { blueprintJsonSchema } from './blueprint/blueprint-json-schema.js'
export type { BlueprintDefinition } from './blueprint/blueprint-schema.js'
export { defineBlueprint } from './blueprint/define-blueprint.js'
export { parseDuration } from './blueprint/duration.js'
export { Table, type TableSource } from './blueprint/inputs/table.js'
export type { BlueprintShape } from './blueprint/typing/blueprint-shape.js'
export type { InputsOf, Row } from './blueprint/typing/input-values.js'
export type { BudgetProgress, BudgetScope } from './coordinator/limits/budget/budget.js'
export type { OutageProgress } from './coordinator/limits/health/outage-progress.js'
export type { LimiterProgress } from './coordinator/limits/limiter-state.js'
export type { ReviewedOutput, ReviewTally } from './coordinator/review/review-tally.js'
export type { Schedule, StopRules } from './coordinator/run-options.js'
export type { Mistake } from './diagnostics/mistake.js'
export type {
  LoopComparison,
  PlanComparison,
  ProducerComparison,
  ReasonGroup,
  SettingChange,
} from './engine/against/plan-comparison.js'
export type { MovieArtifact } from './engine/artifacts/movie-artifacts.js'
export type { RejectedJob } from './engine/artifacts/rejected-answers.js'
export type { BudgetOptions, BudgetRequest } from './engine/config/budget-request.js'
export type { ConfigSource } from './engine/config/config-source.js'
export type { EngineOptions } from './engine/config/engine-options.js'
export { loadConfig } from './engine/config/load-config.js'
export type { ConfigPlace } from './engine/config/read-config.js'
export type {
  ArtifactsOptions,
  BlueprintSource,
  EditOptions,
  EventBatchesOptions,
  EventsOptions,
  ExportOptions,
  GcOptions,
  PlanRequest,
  PlanRequestOptions,
  RehearseRequest,
  RehearseRequestOptions,
  RunRequest,
  RunRequestOptions,
  WorkRequest,
} from './engine/config/requests.js'
export { type Engine, openEngine } from './engine/engine.js'
export type { BudgetOutlook } from './engine/estimate/budget-outlook.js'
export type { EstimateSums, ProducerEstimate, RunEstimate } from './engine/estimate/estimate-run.js'
export type { EstimateBasis, JobEstimate } from './engine/estimate/job-estimate.js'
export type { ExportResult } from './engine/export/export-artifacts.js'
export type { AnswerRecord } from './engine/failures/answer-tally.js'
export type { FailedJob, FailureGroup } from './engine/failures/failure-groups.js'
export { type FleetWorker, openWorker, type WorkerOptions } from './engine/fleet/open-worker.js'
export type { ArtifactVersion } from './engine/history/artifact-version.js'
export type { DiffOptions } from './engine/history/diff-options.js'
export type { ForkOptions, ForkResult } from './engine/history/fork-movie.js'
export type { LogMoment, MomentFound } from './engine/history/log-moment.js'
export type {
  ArtifactChange,
  ChangeCounts,
  ChangeKind,
  MovieDiff,
  ProducerDiff,
} from './engine/history/movie-diff.js'
export { readInputFile } from './engine/input-files/read-input-file.js'
export type {
  GivenInput,
  JobInputs,
  KnownArtifact,
  RelatedJobs,
  RunInputs,
} from './engine/job-inputs/run-inputs.js'
export type { ArtifactAddress } from './engine/movie/artifact-address.js'
export type { Movie, MovieWriter } from './engine/movie/movie.js'
export type { JobStatus, MovieRow, RowJob, RowsOptions } from './engine/movie/movie-row.js'
export type { PlannedProducer, RunPlan } from './engine/movie/run-plan.js'
export type { CopyResult } from './engine/operations/copy-movie.js'
export type { GcResult } from './engine/operations/gc-movie.js'
export type { MovieStatus, PendingJob } from './engine/operations/movie-status.js'
export type { NotedRegeneration } from './engine/operations/note-regeneration.js'
export type { MoviePreview } from './engine/operations/preview-movie.js'
export type { Verification } from './engine/operations/verify-movie.js'
export type { ElementKey, JobKey, JobOutputs } from './engine/outputs/job-outputs.js'
export type { OutputBlob } from './engine/outputs/output-blob.js'
export type { RejectedAnswer } from './engine/outputs/rejected-answer.js'
export type { MadeBy, OutputsOf } from './engine/outputs/typed-outputs.js'
export {
  type GivenProvider,
  type InlineProvider,
  inline,
  type ModuleProvider,
  type ProviderEntry,
  type ProviderSettings,
} from './engine/provider/provider-entries.js'
export type { ModelSettings, ProviderLimits } from './engine/provider/provider-limits.js'
export type { EditedContent } from './engine/review/edited-version.js'
export type { MovieReview, ReviewsOptions } from './engine/review/movie-reviews.js'
export type {
  ReviewConflict,
  ReviewDecision,
  ReviewOptions,
  ReviewOutcome,
} from './engine/review/review-decision.js'
export type { ReviewSummary } from './engine/review/review-summary.js'
export type { Run } from './engine/run/run.js'
export type {
  JobNote,
  JobUpdate,
  ProducerProgress,
  RunEvents,
  RunProgress,
  RunStart,
} from './engine/run/run-events.js'
export type { CancelReason, RunResult } from './engine/run/run-result.js'
export type { RowPlace } from './engine/run-shape/row-place.js'
export type { SignalOptions } from './engine/signal/signal-options.js'
export type { TableFormatName } from './engine/table/format/table-formats.js'
export type {
  FilePlace,
  RowStatus,
  TableProgress,
  TableRequest,
  TableResult,
} from './engine/table/table-request.js'
export {
  ERROR_CODES,
  type ErrorCode,
  isShowrunnerError,
  ManifestConflictError,
  MovieBusyError,
  ShowrunnerError,
  UnresolvedAppendError,
  WriterFencedError,
} from './model/error/error.js'
export type { JobErrorCode } from './model/error/job-error-code.js'
export { JOB_ERROR_CODES } from './model/error/job-error-code.js'
export type { ArtifactId, BlobHash, JobId, MovieId, RunId } from './model/id.js'
export type {
  ArtifactMade,
  EventType,
  JobError,
  LoggedEvent,
  MovieEvent,
  ReuseSource,
  SkipReason,
} from './model/movie/event.js'
export type { LogPosition } from './model/movie/log-position.js'
export type { ArtifactRecord, RunRecord } from './model/movie/manifest.js'
export type { RejectionCount } from './model/provider/feedback.js'
export type { ArtifactReview, ReviewVerdict } from './model/review/artifact-review.js'
export type { HostProgress } from './model/run/host-progress.js'
export type { RunCounts, RunStatus, StopReason } from './model/run/run-status.js'
export { InputError } from './plan/inputs/input-error.js'
export type { Preview, PreviewRow } from './plan/preview.js'
export type { SubsetFacts } from './plan/subset/subset-facts.js'
export type { ElementCount, SubsetOptions } from './plan/subset/subset-options.js'
export type { UntilFacts } from './plan/subset/until-facts.js'
export { describeReason, type PlannedAction, type RunReason } from './plan/up-to-date/planned-action.js'
export type { LevelResult } from './probe/measure/level-result.js'
export type {
  ProbeBounds,
  ProbeEstimate,
  ProbeOfProducer,
  ProbeOfProvider,
  ProbeProgress,
  ProbeRequest,
} from './probe/probe-request.js'
export { describeCut } from './probe/report/describe-cut.js'
export { describeLimit } from './probe/report/describe-limit.js'
export { formatMs, formatRate, formatShare } from './probe/report/format-figure.js'
export { probePage } from './probe/report/probe-page.js'
export type { ProbeReport } from './probe/report/probe-report.js'
export * from './provider.js'
export type {
  Bottleneck,
  ProviderUse,
  Rehearsal,
  RehearsalSums,
  RehearsedRun,
} from './rehearsal/rehearsal.js'
export type { CustomStore } from './storage/custom/custom-store.js'
export { type FlyStorageOptions, flyStorageFiles } from './storage/custom/fly-storage-files.js'
export type { EventBatch, Finding } from './storage/store.js'
export type { ListedFile, StoreFiles } from './storage/store-files.js'
export type { Durability } from './storage/store-options.js'
export {
  isTelemetryConfigured,
  type StartedTelemetry,
  startTelemetry,
  type TelemetryOptions,
} from './telemetry/start-telemetry.js'
export type { PageServer, ServeOptions } from './ui/page-server.js'
